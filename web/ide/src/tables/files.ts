/** CSV in and out, with progress. */
import { BatonError, type Client, type ProblemDoc, type RecordsQuery } from "@baton/sdk";

/** What became of a file. */
export interface Imported {
  rows: number;
  skipped: number;
  change: number;
  problems: readonly ProblemDoc[];
}

interface Sending {
  /** The id of the operation: sent again under the same one, a file does not come in twice. */
  opId: string;
  file: File;
  skip: boolean;
  /** 0 to 1, of the file's bytes: the server takes them as fast as it checks their rows. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/** Sends a file. Nothing comes in until all of it did. */
export async function importRecords(client: Client, object: string, sending: Sending): Promise<Imported> {
  const token = await client.http.token();
  const query = new URLSearchParams({
    op_id: sending.opId,
    file: sending.file.name.slice(0, 200),
    on_error: sending.skip ? "skip" : "refuse",
  });
  const path = `/workspaces/${client.workspace}/objects/${object}/records/import?${query.toString()}`;
  // `fetch` does not tell how much of a body has been sent.
  const call = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    const fail = (title: string, help: string) => reject(BatonError.local("offline", title, help));
    const unknown = "The file may have come in all the same. Trying again does not bring it in twice.";
    call.open("POST", `${client.http.base}/api/v1${path}`);
    call.setRequestHeader("authorization", `Bearer ${token}`);
    call.setRequestHeader("content-type", "text/csv");
    call.responseType = "json";
    call.upload.onprogress = (event) => sending.onProgress(event.loaded / Math.max(1, event.total));
    call.onload = () => {
      const body = call.response as Imported & ConstructorParameters<typeof BatonError>[0];
      if (call.status < 300) resolve(body);
      else if (body?.code) reject(new BatonError(body, call.status));
      else fail("The file did not arrive.", unknown);
    };
    call.onerror = () => fail("The connection was lost.", unknown);
    call.onabort = () => fail("The import was stopped.", "Nothing was imported.");
    sending.signal.addEventListener("abort", () => call.abort());
    call.send(sending.file);
  });
}

/** Fetches the records that meet a query as CSV and gives them to the browser. */
export async function exportRecords(
  client: Client,
  object: string,
  name: string,
  query: RecordsQuery,
  onProgress: (part: number) => void,
): Promise<void> {
  const token = await client.http.token();
  const asked = new URLSearchParams();
  if (query.sort) asked.set("sort", query.sort);
  if (query.q) asked.set("q", query.q);
  if (query.filter?.length) asked.set("filter", JSON.stringify(query.filter));
  const path = `/workspaces/${client.workspace}/objects/${object}/records/export?${asked.toString()}`;
  const response = await fetch(`${client.http.base}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok || !response.body) {
    throw new BatonError(
      (await response.json()) as ConstructorParameters<typeof BatonError>[0],
      response.status,
    );
  }
  const rows = Number(response.headers.get("baton-records") ?? 0);
  const pieces: BlobPart[] = [];
  let lines = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    for (const byte of value) if (byte === 10) lines += 1;
    onProgress(rows === 0 ? 1 : Math.min(1, lines / rows));
  }
  const url = URL.createObjectURL(new Blob(pieces, { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name.replaceAll("/", "_")}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
