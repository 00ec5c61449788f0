import { useClient, useReadable } from "@baton/react";
import { recordItem, recordOf, type RecordsQuery, type StackState } from "@baton/sdk";
import { Download, FileUp, Plus, Rows3, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Banner, Empty } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useNavigation } from "../shell/navigation.ts";
import { type Column, columnsOf } from "./cells.ts";
import { exportRecords } from "./files.ts";
import { FilterBar } from "./FilterBar.tsx";
import css from "./grid.module.css";
import { ImportDialog } from "./ImportDialog.tsx";
import { NewRecord } from "./NewRecord.tsx";
import { RecordGrid } from "./RecordGrid.tsx";
import { useRecords } from "./useRecords.ts";

/** The records of a table: live when they are saved, and taken back like any other change. */
export function RecordsView({ stack, readOnly }: { stack: StackState; readOnly: boolean }) {
  const client = useClient();
  const { place, select } = useNavigation();
  const columns = useMemo(() => columnsOf(stack), [stack]);
  const [query, setQuery] = useState<RecordsQuery>({});
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [exporting, setExporting] = useState<number>();
  const rows = useRecords(stack.object, query);
  const head = useReadable(client.room).objects.get(stack.object);
  const selected = recordOf(place.item);
  const narrowed = Boolean(query.filter?.length) || Boolean(query.q);

  const sort = (column: Column) => {
    const next =
      query.sort === column.id ? `-${column.id}` : query.sort === `-${column.id}` ? undefined : column.id;
    const { sort: _, ...rest } = query;
    setQuery(next === undefined ? rest : { ...rest, sort: next });
  };
  const remove = async (record: string) => {
    if (await attempt(client.editing.removeRecord(record))) select(undefined);
  };
  const exportAll = async () => {
    setExporting(0);
    await attempt(exportRecords(client, stack.object, head?.name ?? "records", query, setExporting));
    setExporting(undefined);
  };
  return (
    <div className={css.view}>
      <div className={css.tools}>
        <FilterBar columns={columns} query={query} onQuery={setQuery} />
        <span className={css.space} />
        {selected !== undefined && !readOnly && (
          <Button size="small" look="plain" onClick={() => void remove(selected)}>
            <Trash2 /> Delete record
          </Button>
        )}
        <Button size="small" look="plain" disabled={exporting !== undefined} onClick={() => void exportAll()}>
          <Download />{" "}
          {exporting === undefined ? "Export CSV" : `Exporting… ${Math.round(exporting * 100)} %`}
        </Button>
        {!readOnly && (
          <>
            <Button size="small" look="plain" onClick={() => setImporting(true)}>
              <FileUp /> Import CSV
            </Button>
            <Button size="small" look="solid" onClick={() => setAdding(true)}>
              <Plus /> Add record
            </Button>
          </>
        )}
      </div>
      {rows.error && <Banner tone="bad">{rows.error.detail ?? rows.error.title}</Banner>}
      {rows.total === 0 ? (
        <Empty icon={<Rows3 />} title="No records yet">
          {columns.length === 0 ? "Add fields first." : "Add one, or import a CSV file."}
        </Empty>
      ) : (
        <RecordGrid
          stack={stack}
          columns={columns}
          rows={rows}
          query={query}
          readOnly={readOnly}
          selected={selected}
          onSort={sort}
          onOpen={(record) => select(recordItem(record))}
        />
      )}
      {adding && (
        <NewRecord
          columns={columns}
          onClose={() => setAdding(false)}
          onAdd={(id, cells) => client.editing.insertRecord(id, cells)}
        />
      )}
      <footer className={css.foot} data-testid="record-count">
        <span>
          {rows.total === undefined
            ? "Loading…"
            : narrowed
              ? `${(rows.matching ?? 0).toLocaleString()} of ${rows.total.toLocaleString()} records`
              : `${rows.total.toLocaleString()} ${rows.total === 1 ? "record" : "records"}`}
        </span>
        <span className={css.hint}>
          Records are live as soon as they are saved; “Changes” takes any of it back.
        </span>
      </footer>
      {importing && <ImportDialog stack={stack} columns={columns} onClose={() => setImporting(false)} />}
    </div>
  );
}
