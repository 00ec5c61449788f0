/** Lines for the corner that come from this browser: what could not be done, and what was done. */
import { asBatonError, Emitter } from "@baton/sdk";

export interface Told {
  tone: "plain" | "good" | "bad";
  title: string;
  text?: string;
}

export const told = new Emitter<Told>();

/** Says something once. */
export function tell(what: Told) {
  told.emit(what);
}

/** Waits for a call; a refusal is said in the words of the table of errors. Gives whether it went well. */
export async function attempt(call: Promise<unknown> | undefined, good?: string): Promise<boolean> {
  try {
    await call;
    if (good) tell({ tone: "good", title: good });
    return true;
  } catch (thrown) {
    const error = asBatonError(thrown);
    tell({ tone: "bad", title: error.title, text: error.detail ?? error.help });
    return false;
  }
}
