// Locks as a team would build them on a broadcaster: a map in memory, nothing durable, and everybody in the room is told.

const held = new Map();
let fence = 0;

// Takes or gives back. Returns the answer; `tell` is called with what the others are told.
export function decide(who, { op, path }, tell) {
  const holder = held.get(path)?.who;
  if (op === "acquire") {
    if (holder !== undefined && holder !== who) return { ok: false, holder };
    fence += 1;
    held.set(path, { who, fence });
    tell({ lock: path, who, fence });
    return { ok: true, fence };
  }
  if (holder !== who) return { ok: false, holder };
  held.delete(path);
  tell({ free: path });
  return { ok: true };
}
