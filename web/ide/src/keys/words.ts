/** Keys as people read of them. */
import type { KeyRow, KeyScope, MemberDoc } from "@baton/sdk";

import { span } from "../kit/time.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** For how long a new key can be good, in days; zero is for ever. */
export const LIVES: readonly (readonly [number, string])[] = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [365, "a year"],
  [0, "until it is revoked"],
];

/** When a key of so many days ends, in whole milliseconds; nothing if never. */
export function endOf(days: number, now: number): number | undefined {
  return days === 0 ? undefined : Math.round(now) + days * DAY_MS;
}

/** How the text of a key begins, by which one knows it again. */
export function beginning(id: string): string {
  return `baton_${id.replaceAll("-", "").slice(0, 12)}…`;
}

/** When a key ends, in words. */
export function ending(expires: number | undefined, now: number): string {
  if (expires === undefined) return "never";
  if (expires <= now) return "has ended";
  if (expires - now < 2 * DAY_MS) return `in ${span(expires - now)}`;
  return new Date(expires).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

/** What a key still does when who made it may not come in any more; nothing if they may. */
export function stillDoes(
  row: Pick<KeyRow, "scopes">,
  maker: Pick<MemberDoc, "role"> | undefined,
  scopes: readonly KeyScope[],
): string | undefined {
  if (maker && maker.role !== "suspended") return undefined;
  const goOn = scopes.filter((one) => one.for_workspace && row.scopes.includes(one.scope)).length;
  const why = maker ? "Suspended" : "Left";
  if (goOn === 0) return `${why}: it is refused`;
  return goOn === row.scopes.length ? `${why}: it still works` : `${why}: only its realtime scopes work`;
}
