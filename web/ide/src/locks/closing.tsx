import { useClient, useReadable } from "@baton/react";
import { closureOn, Emitter, type LockPathDoc, pathKey, type RoomState } from "@baton/sdk";
import { Lock, LockOpen } from "lucide-react";
import { useEffect, useState } from "react";

import { Dialog } from "../kit/Dialog.tsx";
import type { MenuEntry } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { ReasonForm } from "./ReasonForm.tsx";

const asked = new Emitter<{ path: LockPathDoc; open: boolean }>();

/** The lines of a menu with which an owner or admin closes a path for edits, or opens it again; none for others. */
export function closingEntries(room: RoomState, path: LockPathDoc): readonly MenuEntry[] {
  const role = room.members.get(room.user)?.role;
  if (role !== "owner" && role !== "admin") return [];
  const closure = closureOn(room, path);
  // What is closed with its whole object is opened there.
  if (closure && pathKey(closure.path) !== pathKey(path)) return [];
  return [
    closure
      ? { name: "Open for edits again", icon: <LockOpen />, onSelect: () => asked.emit({ path, open: true }) }
      : { name: "Close for edits…", icon: <Lock />, onSelect: () => asked.emit({ path, open: false }) },
  ];
}

/** Does what the menus ask for; closing wants a reason. Stands once in the layout. */
export function ClosingDialog() {
  const { locks, room: source } = useClient();
  const room = useReadable(source);
  const { what } = useNames();
  const [path, setPath] = useState<LockPathDoc>();
  useEffect(
    () =>
      asked.on((wish) => {
        if (wish.open) void attempt(locks.reopen(wish.path));
        else setPath(wish.path);
      }),
    [locks],
  );
  if (!path) return null;
  const held = [...room.locks.values()].filter(
    (lock) => lock.path.object === path.object && (path.item === undefined || lock.path.item === path.item),
  );
  const close = async (reason: string) => {
    if (await attempt(locks.closeEditing(path, reason), "Closed for edits")) setPath(undefined);
  };
  return (
    <Dialog open title={`Close ${what(path)} for edits`} onClose={() => setPath(undefined)}>
      <p style={{ paddingBottom: 12, color: "var(--muted)" }}>
        Nobody edits it, you included, until an owner or admin opens it again.
        {held.length > 0 && " Who edits it now loses the pen; what they typed is parked."}
      </p>
      <ReasonForm
        verb="Close it"
        danger
        hint="Shown to everybody, and kept in the audit log."
        send={close}
        onClose={() => setPath(undefined)}
      />
    </Dialog>
  );
}
