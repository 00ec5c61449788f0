import { useClient, useReadable } from "@baton/react";
import type { PresenceRecordDoc } from "@baton/sdk";
import { Plus, Trash2, Unplug } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Table } from "../kit/Table.tsx";
import { ago, span } from "../kit/time.ts";
import { Banner, Empty } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { RecordDialog } from "./RecordDialog.tsx";
import css from "./realtime.module.css";
import { usePresenceRecords } from "./usePresenceRecords.ts";

/** Presence records with their status and what is left of their time, as they change. */
export function PresencesView() {
  const room = useReadable(useClient().room);
  const { records, more, error } = usePresenceRecords();
  const [search, setSearch] = useState("");
  const [writing, setWriting] = useState(false);
  const own = records?.find((one) => one.user === room.user);
  const wanted = search.toLowerCase();
  const shown = (records ?? []).filter((one) =>
    `${room.members.get(one.user)?.name ?? ""} ${one.status} ${one.id}`.toLowerCase().includes(wanted),
  );
  return (
    <div className={css.scroll}>
      <div className={css.records}>
        <div className={css.recordsHead}>
          <input
            className={kit.input}
            type="search"
            aria-label="Search records"
            placeholder="Search by member, status or id"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Button look="solid" onClick={() => setWriting(true)}>
            <Plus /> {own ? "Change my record" : "Write my record"}
          </Button>
        </div>
        {error && (
          <Banner tone="warn">
            {error.title} {error.detail ?? error.help}
          </Banner>
        )}
        {records !== undefined && shown.length === 0 && (
          <Empty title={search ? "No record fits" : "No records now"}>
            {search
              ? ""
              : "A member has one at most. It ends by its time, with its socket, or when it is deleted."}
          </Empty>
        )}
        {shown.length > 0 && (
          <Table columns={["Whose", "Status", "Metadata", "Permissions", "Changed", "Ends"]} actions>
            {shown.map((record) => (
              <Row key={record.id} record={record} />
            ))}
          </Table>
        )}
        {more > 0 && <p className={kit.note}>{more} more that were changed longer ago are not shown.</p>}
      </div>
      {writing && <RecordDialog record={own} onClose={() => setWriting(false)} />}
    </div>
  );
}

function Row({ record }: { record: PresenceRecordDoc }) {
  const { presences, room: replica } = useClient();
  const room = useReadable(replica);
  const now = useServerNow(1000);
  const member = room.members.get(record.user);
  const metadata = JSON.stringify(record.metadata);
  const left = record.expires - now;
  return (
    <tr data-testid="presence-record" data-status={record.status}>
      <td>
        <span className={css.who} title={record.id}>
          <Initials person={person(record.user, member)} size="small" />
          {member?.name ?? "A former member"}
        </span>
      </td>
      <td>{record.status}</td>
      <td>
        <code className={css.metadata} title={metadata}>
          {metadata === "{}" ? "" : metadata}
        </code>
      </td>
      <td>
        <span className={css.permissions} title={record.permissions.join("\n")}>
          {readers(record)}
        </span>
      </td>
      <td className={kit.note}>{ago(record.updated, now)}</td>
      <td>
        {record.bound ? (
          <span className={css.who} title="It ends with the socket or session that wrote it">
            <Unplug className={css.small} aria-hidden /> with its socket
          </span>
        ) : (
          <span data-testid="record-left">{left > 0 ? `in ${span(left)}` : "now"}</span>
        )}
      </td>
      <td className={css.do}>
        {record.user === room.user && (
          <IconButton
            name="Delete my record"
            onClick={() =>
              void attempt(presences.call({ do: "delete", presence: record.id }), "Your record is deleted")
            }
          >
            <Trash2 />
          </IconButton>
        )}
      </td>
    </tr>
  );
}

/** Who may read a record, in a word or two. */
function readers({ permissions }: PresenceRecordDoc): string {
  const roles = permissions.flatMap((one) => /^read\("(.*)"\)$/.exec(one)?.[1] ?? []);
  if (roles.includes("any")) return "anybody";
  if (roles.includes("users")) return "all members";
  const others = roles.filter((role) => !role.startsWith("user:"));
  return others.length > 0
    ? others.map((role) => role.replace(/:[\w-]{20,}/, "")).join(", ")
    : "only its owner";
}
