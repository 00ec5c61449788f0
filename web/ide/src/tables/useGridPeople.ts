import { recordItem } from "@baton/sdk";
import { useMemo } from "react";

import { locationOf, person, type Person } from "../presence/people.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import type { Held } from "./GridRow.tsx";

export interface GridPeople {
  /** Who holds which record, by item. */
  held: ReadonlyMap<string, Held>;
  /** Colleagues on records, by item and then by column id; those on no cell under "". */
  on: ReadonlyMap<string, ReadonlyMap<string, readonly Person[]>>;
  /** Who holds the whole table, if a colleague does. */
  whole: Held | undefined;
}

/** Who is on which record and cell of a table, and who holds which. */
export function useGridPeople(object: string): GridPeople {
  const room = usePlaces();
  const { locks, locations, sessions, members, session: own, user } = room;
  return useMemo(() => {
    const held = new Map<string, Held>();
    for (const lock of locks.values()) {
      if (lock.path.object !== object || lock.path.item === undefined) continue;
      const holder = person(lock.user, members.get(lock.user));
      held.set(lock.path.item, { lock, holder, mine: lock.session === own });
    }
    const lock = locks.get(object);
    const whole = lock && {
      lock,
      holder: person(lock.user, members.get(lock.user)),
      mine: lock.session === own,
    };
    const on = new Map<string, Map<string, readonly Person[]>>();
    for (const session of sessions.values()) {
      const at = locationOf({ members, sessions, locations, locks }, session);
      if (at.object !== object || !at.item?.startsWith(recordItem("")) || session.user === user) continue;
      const cells = on.get(at.item) ?? new Map<string, readonly Person[]>();
      on.set(at.item, cells);
      const one = person(session.user, members.get(session.user), [session]);
      for (const place of new Set([at.field ?? "", ""])) cells.set(place, [...(cells.get(place) ?? []), one]);
    }
    return { held, on, whole: whole?.mine ? undefined : whole };
  }, [locks, locations, sessions, members, own, user, object]);
}
