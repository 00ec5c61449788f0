import type { RoomState } from "@baton/sdk";

import { Table } from "../kit/Table.tsx";
import css from "./audit.module.css";
import { type AuditRecord, readable } from "./records.ts";

const COLUMNS = ["When", "Who", "What", "Before → after", "Reason"];

/** Records as a table. */
export function Records({ records, room }: { records: readonly AuditRecord[]; room: RoomState }) {
  return (
    <Table columns={COLUMNS}>
      {records.map((record) => (
        <Row key={record.number} record={record} room={room} />
      ))}
    </Table>
  );
}

function Row({ record, room }: { record: AuditRecord; room: RoomState }) {
  return (
    <tr>
      <td className={css.when} title={`Record ${record.number}, ${record.hash}`}>
        {new Date(record.at).toLocaleString()}
      </td>
      <td>{record.name ?? (record.user === undefined ? "The system" : "Somebody who left")}</td>
      <td>
        <b>{record.action}</b>
        <div className={css.note}>{readable(record.subject, room)}</div>
      </td>
      <td>
        {record.before && <del>{record.before}</del>}{" "}
        {record.after && <ins className={css.after}>{record.after}</ins>}
      </td>
      <td>{record.reason}</td>
    </tr>
  );
}
