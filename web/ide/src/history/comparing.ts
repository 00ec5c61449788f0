/** Which two states somebody wants to see side by side. */
import { Emitter } from "@baton/sdk";

/** `draft`, `published`, `version:3`, `change:7`, `before:7` or `parked:<id>`. */
export interface Compared {
  object: string;
  a: string;
  b: string;
}

export const compared = new Emitter<Compared>();

/** A state in words. */
export function stateInWords(state: string): string {
  const [word = "", rest = ""] = state.split(":");
  switch (word) {
    case "draft":
      return "Draft";
    case "published":
      return "Published";
    case "version":
      return `Version ${rest}`;
    case "change":
      return `After change ${rest}`;
    case "before":
      return `Before change ${rest}`;
    case "parked":
      return "With the parked draft";
    default:
      return state;
  }
}
