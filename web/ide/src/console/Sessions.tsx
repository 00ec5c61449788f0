import { useClient, useReadable } from "@baton/react";
import type { ConsoleFigures, ConsoleSession, SessionDoc } from "@baton/sdk";
import { useState } from "react";

import { AskReason } from "../kit/AskReason.tsx";
import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import list from "../kit/list.module.css";
import { ListSection } from "../kit/ListSection.tsx";
import { Table } from "../kit/Table.tsx";
import { ago, span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { lastSegment } from "../shell/tree.ts";
import { bytes } from "./figures.ts";

/** Every live session: who, where, from which device, how its line is, and what it holds. */
export function Sessions({ figures }: { figures: ConsoleFigures | undefined }) {
  const room = useReadable(useClient().room);
  const { who } = useNames();
  const [search, setSearch] = useState("");
  const known = new Map(figures?.sessions.map((one) => [one.session.id, one]));
  // The room tells at once who comes and goes; what only admins see is asked for every few seconds.
  const hidden = [...known.values()].map((one) => one.session).filter((one) => one.hidden);
  const all = new Map([...hidden, ...room.sessions.values()].map((one) => [one.id, one]));
  const place = (session: SessionDoc) => {
    if (known.get(session.id)?.session.hidden) return "hidden by their choice";
    const at = room.locations.get(session.id) ?? session.location;
    return at.object === undefined ? at.page : lastSegment(room.objects.get(at.object)?.name ?? at.page);
  };
  const wanted = search.toLowerCase();
  const rows = [...all.values()]
    .map((session) => ({ session, known: known.get(session.id), place: place(session) }))
    .filter((row) =>
      `${who(row.session.user).name} ${row.place} ${row.session.device} ${row.known?.address ?? ""}`
        .toLowerCase()
        .includes(wanted),
    )
    .sort(
      (a, b) =>
        who(a.session.user).name.localeCompare(who(b.session.user).name) || a.session.tab - b.session.tab,
    );
  return (
    <ListSection title="Sessions" of="sessions" search={search} onSearch={setSearch} testId="sessions">
      {rows.length === 0 ? (
        <p className={list.none}>{search ? "No session fits." : "Nobody is here."}</p>
      ) : (
        <Table columns={["Who", "Where", "Device", "Here for", "Line", "Holds"]} actions>
          {rows.map((row) => (
            <Row key={row.session.id} {...row} />
          ))}
        </Table>
      )}
    </ListSection>
  );
}

interface RowProps {
  session: SessionDoc;
  known: ConsoleSession | undefined;
  place: string;
}

function Row({ session, known, place }: RowProps) {
  const room = useReadable(useClient().room);
  const now = useServerNow(1000);
  const { who } = useNames();
  const [asked, setAsked] = useState(false);
  const person = who(session.user);
  const own = session.id === room.session;
  const held = [...room.locks.values()].filter((lock) => lock.session === session.id).length;
  return (
    <tr data-testid="session-row">
      <td>
        <span className={list.who}>
          <Initials person={person} size="small" aria-hidden /> {person.name}
          <span className={kit.note}>{session.bot ? "program" : `tab ${session.tab}`}</span>
        </span>
      </td>
      <td>{place}</td>
      <td>
        {(known?.session.device ?? session.device) || "unknown"}
        {known?.address && <div className={kit.note}>{known.address}</div>}
      </td>
      <td>
        {span(now - session.since)}
        <div className={kit.note}>input {ago(session.active, now)}</div>
      </td>
      <td>
        {session.state === "connected" ? "connected" : "reconnecting"}
        <div className={kit.note}>{lineInWords(known)}</div>
      </td>
      <td>
        {held === 1 ? "1 pen" : `${held} pens`}
        {known !== undefined && known.unsaved > 0 && (
          <div className={kit.note}>{known.unsaved} not saved yet</div>
        )}
      </td>
      <td className={list.do}>
        {own ? (
          <span className={kit.note}>this page</span>
        ) : (
          <Button
            size="small"
            look="danger"
            aria-label={`End the session of ${person.name}`}
            onClick={() => setAsked(true)}
          >
            End…
          </Button>
        )}
        {asked && <Ask session={session} name={person.name} onClose={() => setAsked(false)} />}
      </td>
    </tr>
  );
}

function lineInWords(known: ConsoleSession | undefined): string {
  if (!known) return "";
  const lag = known.lag_ms === undefined ? "" : `${known.lag_ms} ms`;
  const queue = known.queued_bytes ? `${bytes(known.queued_bytes)} waiting` : "";
  return [lag, queue].filter((part) => part !== "").join(", ");
}

function Ask({ session, name, onClose }: { session: SessionDoc; name: string; onClose: () => void }) {
  const client = useClient();
  const { http } = useSurroundings();
  return (
    <AskReason
      title={`End ${name}'s session`}
      verb="End the session"
      needed
      danger
      onClose={onClose}
      send={(reason) =>
        attempt(http.endSession(client.workspace, session.id, reason), `${name}'s session has ended`)
      }
    >
      Its pens come free at once. What {name} typed and was not saved is kept as a parked draft when they come
      back.
    </AskReason>
  );
}
