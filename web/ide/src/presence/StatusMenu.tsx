import { useClient, useReadable } from "@baton/react";
import { BellOff, Circle, Eye, Moon, Pencil } from "lucide-react";
import { useState } from "react";

import { Menu } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { Initials } from "./Initials.tsx";
import { person } from "./people.ts";
import { statusLine } from "./status.ts";
import { StatusDialog } from "./StatusDialog.tsx";
import css from "./status.module.css";

/** One's own avatar with the menu of one's status. */
export function StatusMenu() {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(30_000);
  const [open, setOpen] = useState(false);
  const own = room.presence.get(room.user);
  const me = person(room.user, room.members.get(room.user), [], false, own);
  const line = statusLine(own, now);
  const set = (status: "online" | "busy" | "away") => void attempt(client.setStatus(status));
  const hides = own?.privacy !== undefined;
  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            className={css.own}
            aria-label={`Your status: ${line}${hides ? ", not visible to everybody" : ""}`}
            data-testid="own-status"
            data-status={own?.status ?? "online"}
          >
            <Initials person={me} />
          </button>
        }
        entries={[
          own?.message ? `${line} · ${own.message}` : line,
          { name: "Online", icon: <Circle />, onSelect: () => set("online") },
          { name: "Busy", icon: <BellOff />, onSelect: () => set("busy") },
          { name: "Away", icon: <Moon />, onSelect: () => set("away") },
          null,
          { name: "Message and end…", icon: <Pencil />, onSelect: () => setOpen(true) },
          { name: "Who sees me…", icon: <Eye />, onSelect: () => setOpen(true) },
        ]}
      />
      {open && <StatusDialog own={own} onClose={() => setOpen(false)} />}
    </>
  );
}
