import { useClient, useReadable } from "@baton/react";
import type { PresenceListDoc, RoomState, StatusHistory } from "@baton/sdk";
import { useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { ago, clock } from "../kit/time.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { pageOf } from "../shell/pages.tsx";
import { kindTitle } from "../shell/tree.ts";
import { Initials } from "./Initials.tsx";
import { person } from "./people.ts";
import { REASON_WORDS, STATUS_WORDS, statusLine } from "./status.ts";
import css from "./status.module.css";

type Row = PresenceListDoc["people"][number];

/** Everything that one may know about a member: status, sessions, and for oneself and admins the history. */
export function MemberCard({ user, onClose }: { user: string; onClose: () => void }) {
  const client = useClient();
  const { http } = useSurroundings();
  const room = useReadable(client.room);
  const now = useServerNow(1000);
  const [row, setRow] = useState<Row>();
  const [history, setHistory] = useState<StatusHistory>();
  const role = room.members.get(room.user)?.role;
  const mayLook = user === room.user || role === "owner" || role === "admin";
  const presence = room.presence.get(user);
  const changed = `${presence?.status} ${presence?.since}`;
  useEffect(() => {
    let over = false;
    void find(http.presence, client.workspace, user).then((found) => !over && setRow(found));
    if (mayLook) {
      http.statusHistory(client.workspace, user).then(
        (found) => !over && setHistory(found),
        () => undefined,
      );
    }
    return () => {
      over = true;
    };
  }, [http, client, user, mayLook, changed]);
  const member = room.members.get(user);
  const own = [...room.sessions.values()].filter((one) => one.user === user);
  const who = person(user, member, own, false, presence);
  return (
    <Dialog title={who.name} open onClose={onClose} foot={<Button onClick={onClose}>Close</Button>}>
      <div className={css.card} data-testid="member-card">
        <div className={css.cardHead}>
          <Initials person={who} size="large" />
          <div>
            <b>{who.name}</b> · {who.role}
            <div>{statusLine(presence, now)}</div>
          </div>
        </div>
        {presence?.message && <p className={css.message}>{presence.message}</p>}
        <div>
          <div className={css.sub}>Sessions</div>
          <ul className={css.list}>
            {own.length === 0 && <li>None that you can see.</li>}
            {own.map((session) => {
              const address = row?.sessions.find((one) => one.id === session.id)?.address;
              return (
                <li key={session.id}>
                  {session.hidden
                    ? "Hidden"
                    : `${session.bot ? "Bot" : `Tab ${session.tab}`} · ${where(room, session.id)}`}
                  <span>{[session.device, address].filter(Boolean).join(" · ")}</span>
                </li>
              );
            })}
          </ul>
        </div>
        {row !== undefined && row.per_minute > 0 && <p>{row.per_minute} interactions in the last minute</p>}
        {history && <History history={history} now={now} />}
      </div>
    </Dialog>
  );
}

function History({ history, now }: { history: StatusHistory; now: number }) {
  if (!history.kept) return <p className={css.note}>This workspace keeps no history.</p>;
  return (
    <div>
      <div className={css.sub}>Status history, for the member and admins</div>
      <ul className={css.list} data-testid="status-history">
        {history.changes.map((one) => (
          <li key={one.number}>
            {STATUS_WORDS[one.from]} → {STATUS_WORDS[one.to]}, {REASON_WORDS[one.reason]}
            <span title={clock(one.at)}>{ago(one.at, now)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function where(room: RoomState, session: string): string {
  const at = room.locations.get(session);
  const head = at?.object === undefined ? undefined : room.objects.get(at.object);
  if (head) return `${kindTitle(head.kind)} / ${head.name}`;
  return pageOf(at?.page ?? "")?.title ?? "Home";
}

/** The member's row, wherever in the list it stands. */
async function find(
  list: (workspace: string, after?: string) => Promise<PresenceListDoc>,
  workspace: string,
  user: string,
): Promise<Row | undefined> {
  let after: string | undefined;
  try {
    do {
      const page = await list(workspace, after);
      const found = page.people.find((one) => one.user === user);
      if (found) return found;
      after = page.next;
    } while (after !== undefined);
  } catch {
    // The card goes without it.
  }
  return undefined;
}
