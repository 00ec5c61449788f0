import { useClient, useReadable } from "@baton/react";
import { closureOn, Emitter, type LockPathDoc, pathKey, type RoomState } from "@baton/sdk";
import { PenLine, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";

import { Dialog } from "../kit/Dialog.tsx";
import type { MenuEntry } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { ReasonForm } from "./ReasonForm.tsx";

const wished = new Emitter<{ path: LockPathDoc; give: boolean }>();

/** The line of an object's menu with which one takes, asks for or gives back the pen of the whole object. */
export function wholeEntries(room: RoomState, object: string): readonly MenuEntry[] {
  const path = { object };
  const lock = room.locks.get(pathKey(path));
  if (closureOn(room, path)) return [];
  if (lock?.session === room.session) {
    const onSelect = () => wished.emit({ path, give: true });
    return [{ name: "Give the whole object back", icon: <Undo2 />, onSelect }];
  }
  for (const request of room.requests.values()) {
    // The card in the corner says how one's own wish stands.
    if (request.session === room.session && pathKey(request.path) === pathKey(path)) return [];
  }
  return [{ name: "Edit it alone…", icon: <PenLine />, onSelect: () => wished.emit({ path, give: false }) }];
}

/** Does what the menu asks for: takes a free object at once, asks its holders otherwise. Stands once in the layout. */
export function WholeDialog() {
  const { locks, room: source } = useClient();
  const room = useReadable(source);
  const { what, who } = useNames();
  const [path, setPath] = useState<LockPathDoc>();
  useEffect(
    () =>
      wished.on((wish) => {
        if (wish.give) return void attempt(locks.release(wish.path), "The whole object went back");
        const others = holders(source.get(), wish.path);
        if (others.length > 0) return setPath(wish.path);
        void attempt(locks.acquire(wish.path), "The whole object is yours");
      }),
    [locks, source],
  );
  if (!path) return null;
  const names = [...new Set(holders(room, path).map((user) => who(user).name))].join(", ");
  const ask = async (note: string) => {
    if (await attempt(locks.request(path, note))) setPath(undefined);
  };
  return (
    <Dialog open title={`Ask for all of ${what(path)}`} onClose={() => setPath(undefined)}>
      <p style={{ paddingBottom: 12, color: "var(--muted)" }}>
        {names === "" ? "Nobody" : names} {names.includes(", ") ? "edit" : "edits"} in it now and is asked.
        For a minute nobody else gets a new pen in it; you have it as soon as the last one is given back.
      </p>
      <ReasonForm
        verb="Ask for all of it"
        needed={false}
        label="Note, if you like"
        send={ask}
        onClose={() => setPath(undefined)}
      />
    </Dialog>
  );
}

/** Members whose pens are in the way of the whole object. */
function holders(room: RoomState, { object }: LockPathDoc): readonly string[] {
  const held = [...room.locks.values()].filter((lock) => lock.path.object === object);
  return held.filter((lock) => lock.session !== room.session).map((lock) => lock.user);
}
