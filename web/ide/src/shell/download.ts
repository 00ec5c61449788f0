/** Gives a text to the browser as a file. */
export function download(name: string, text: string) {
  give(name, new Blob([text], { type: "text/plain;charset=utf-8" }));
}

/** Gives files to the browser as one zip; the packer is loaded when it is needed. */
export async function downloadZip(name: string, files: readonly { path: string; text: string }[]) {
  const { strToU8, zipSync } = await import("fflate");
  const packed = zipSync(Object.fromEntries(files.map((file) => [file.path, strToU8(file.text)])));
  give(name, new Blob([new Uint8Array(packed)], { type: "application/zip" }));
}

function give(name: string, content: Blob) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
