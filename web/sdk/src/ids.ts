/** A UUIDv7: sorts by the time at which it was made. `bytes` fills an array with random numbers. */
export function uuidv7(
  now: number = Date.now(),
  bytes: (into: Uint8Array<ArrayBuffer>) => Uint8Array = (into) => crypto.getRandomValues(into),
): string {
  const raw = bytes(new Uint8Array(16));
  for (let at = 0; at < 6; at += 1) raw[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  raw[6] = 0x70 | ((raw[6] ?? 0) & 0x0f);
  raw[8] = 0x80 | ((raw[8] ?? 0) & 0x3f);
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
