import type { FenceDoc, LockPathDoc } from "./protocol.ts";

/** A path as a key of a map. */
export function pathKey(path: LockPathDoc): string {
  return path.item === undefined ? path.object : `${path.object}/${path.item}`;
}

/** Whether two paths name the same. */
export function samePath(a: LockPathDoc, b: LockPathDoc): boolean {
  return a.object === b.object && a.item === b.item;
}

/** Whether two fences are the same; fences are never compared otherwise by a client. */
export function sameFence(a: FenceDoc, b: FenceDoc): boolean {
  return a.epoch === b.epoch && a.counter === b.counter;
}
