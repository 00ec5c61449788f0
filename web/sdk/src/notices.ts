import type { Notice, RoomState } from "./api.ts";
import { isHolder, overlaps, requestsForSession } from "./lock-reading.ts";
import { pathKey } from "./paths.ts";
import type { DeltaDoc, RequestDoc } from "./protocol.ts";

/** What a person should hear of when a delta comes; what concerns one's own lost locks is told by the lock keeper. */
export function noticesOf(
  delta: DeltaDoc,
  before: RoomState,
  after: RoomState,
  open: string | null,
): Notice[] {
  switch (delta.d) {
    case "request": {
      if (before.requests.has(delta.id)) return [];
      const request = requestsForSession(after).find((one) => one.id === delta.id);
      return request ? [{ kind: "request", request }] : [];
    }
    case "request_ended": {
      const request = before.requests.get(delta.request);
      const mine = delta.session === before.session;
      if (mine && delta.how === "granted") return [{ kind: "granted", path: delta.path }];
      if (request && delta.how === "granted" && isPassedOver(before, request)) {
        return [{ kind: "passed_over", path: request.path, user: request.user }];
      }
      if (!request || (!mine && !isHolder(before, delta.path))) return [];
      const reason = delta.reason === undefined ? {} : { reason: delta.reason };
      const left = delta.how === "expired" && !after.sessions.has(delta.session);
      return [{ kind: "request_ended", request, how: delta.how, mine, left, ...reason }];
    }
    case "lock_ended": {
      // Given back unused is nobody's business; given back after changes is, for those who look at the object.
      const holder = before.locks.get(pathKey(delta.path));
      const others = delta.session !== before.session;
      if (!others || !holder || delta.why !== "released" || delta.path.object !== open) return [];
      const revisions = [delta.wrote ?? delta.revision, delta.revision] as const;
      return [{ kind: "released", path: delta.path, user: holder.user, why: delta.why, revisions }];
    }
    case "notice": {
      const { d: _, ...notice } = delta;
      return [{ kind: "admin", notice }];
    }
    case "undone":
      return [{ kind: "undone", path: delta.path, parked: delta.parked }];
    case "closed": {
      if (delta.user === before.user || delta.path.object !== open) return [];
      const { d: _, ...closure } = delta;
      return [{ kind: "closed", closure }];
    }
    case "reopened":
      if (delta.by === before.user || delta.path.object !== open) return [];
      return [{ kind: "reopened", path: delta.path, by: delta.by }];
    case "freeze":
      return [{ kind: "freeze", path: delta.path, to: delta.to }];
    case "parked": {
      const known = before.parked.get(delta.id);
      if (known && known.operations.length >= delta.operations.length) return [];
      const { d: _, ...draft } = delta;
      return [{ kind: "parked", draft }];
    }
    case "save_asked":
      return [{ kind: "save_asked", object: delta.object, by: delta.by }];
    case "chat": {
      // What one says in another tab is no news.
      if (delta.user === before.user || before.chat === after.chat) return [];
      const { d: _, ...line } = delta;
      return [{ kind: "chat", line, mine: line.mentions.includes(before.user) }];
    }
    default:
      return [];
  }
}

/** Whether this session had asked for the same before; the room keeps requests in their order. */
function isPassedOver(room: RoomState, granted: RequestDoc): boolean {
  for (const other of room.requests.values()) {
    if (other.id === granted.id) return false;
    if (other.session === room.session && overlaps(other.path, granted.path)) return true;
  }
  return false;
}
