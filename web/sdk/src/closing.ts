import type { StopReason } from "./api.ts";
import type { BatonError } from "./errors.ts";
import { CLOSE } from "./protocol.ts";

/** What a closed socket means. */
export type Closing =
  | { readonly then: "stop"; readonly reason: StopReason }
  /** `slow`: the server has more than enough to do; `renew`: with a fresh token. */
  | { readonly then: "reconnect"; readonly slow: boolean; readonly renew: boolean };

const STOPS: ReadonlyMap<number, StopReason> = new Map([
  [CLOSE.replaced, "replaced"],
  [CLOSE.left, "left"],
  [CLOSE.signed_out, "signed_out"],
  [CLOSE.removed, "removed"],
  [CLOSE.kicked, "kicked"],
  [CLOSE.suspended, "suspended"],
  [CLOSE.unauthenticated, "unauthenticated"],
  [CLOSE.not_found, "not_found"],
]);

/** Decides by the table of close codes: 4500–4999 do not reconnect, everything else does. */
export function closing(code: number): Closing {
  const reason = STOPS.get(code);
  if (reason) return { then: "stop", reason };
  // A code of that range that is newer than this client: stopping is what the range says.
  if (code >= 4500 && code <= 4999) return { then: "stop", reason: "stopped" };
  const slow = code === CLOSE.busy || code === CLOSE.protocol;
  return { then: "reconnect", slow, renew: code === CLOSE.token_expired };
}

/** Decides after an error in place of a welcome, or when no token could be had. */
export function refused(error: BatonError): Closing {
  switch (error.code) {
    case "unauthenticated":
    case "refresh_revoked":
      return { then: "stop", reason: "unauthenticated" };
    case "not_found":
      return { then: "stop", reason: "not_found" };
    case "not_permitted":
      return { then: "stop", reason: "suspended" };
    case "token_expired":
      return { then: "reconnect", slow: false, renew: true };
    default:
      return { then: "reconnect", slow: error.code !== "offline", renew: false };
  }
}
