/** Reverts that somebody asked for: done at once if nobody loses by it, otherwise shown first. */
import {
  asBatonError,
  type Client,
  Emitter,
  type ReceiptDoc,
  type RevertableDoc,
  type Selection,
} from "@baton/sdk";

import { attempt, tell } from "../notifications/tell.ts";

/** A revert that is shown before it happens. */
export interface Asked {
  object: string;
  selection: Selection;
  title: string;
  /** For an undo: what may be done instead is to go past this change. */
  undo?: number;
}

export const asked = new Emitter<Asked>();

/** Whether nobody loses by it and nothing breaks. */
export function isClean(preview: RevertableDoc): boolean {
  return preview.collisions.length + preview.locks.length + preview.breaks.length === 0;
}

/** Takes changes back; shows first what it would break, if it would break something. */
export async function revertChanges(
  client: Client,
  object: string,
  numbers: readonly number[],
): Promise<void> {
  const selection = { changes: [...numbers] };
  const many = numbers.length > 1;
  try {
    const preview = await client.history.check(object, selection);
    const title = many ? `Revert ${numbers.length} changes` : "Revert this change";
    if (!isClean(preview)) return asked.emit({ object, selection, title });
  } catch (thrown) {
    const error = asBatonError(thrown);
    return tell({ tone: "bad", title: error.title, text: error.detail ?? error.help });
  }
  const words = many ? `${numbers.length} changes were reverted` : "1 change was reverted";
  await attempt(client.history.revert(object, selection), words);
}

/** One step back or forth in one's own changes. */
export async function takeStep(client: Client, forth: boolean, before?: number): Promise<void> {
  const object = client.stack.get()?.object;
  if (object === undefined) return;
  try {
    await (forth ? client.history.redo() : client.history.undo(before === undefined ? {} : { before }));
  } catch (thrown) {
    const error = asBatonError(thrown);
    const [place] = error.collisions;
    if (error.code !== "revert_conflict" || !place) {
      return tell({ tone: "bad", title: error.title, text: error.detail ?? error.help });
    }
    const selection = { changes: [place.change] };
    const title = forth ? "Redo over later work" : "Undo over later work";
    asked.emit({ object, selection, title, ...(forth ? {} : { undo: place.change }) });
  }
}

/** What a revert left, in a line for the corner. */
export function leftInWords(receipt: ReceiptDoc): string | undefined {
  const left = receipt.result === "reverted" ? (receipt.left ?? []).length : 0;
  if (left === 0) return undefined;
  return left === 1 ? "1 place was left as it is" : `${left} places were left as they are`;
}
