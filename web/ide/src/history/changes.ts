import type { ChangeDoc } from "@baton/sdk";

/** Whether it is work that stands and is not live: it can be chosen with others. */
export function isPickable(change: ChangeDoc): boolean {
  const takesBack = change.kind === "revert" || change.kind === "undo" || change.kind === "redo";
  return change.reverted_by === undefined && change.published === undefined && !takesBack;
}
