import { useClient, useReadable } from "@baton/react";
import { Download, ShieldCheck } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import list from "../kit/list.module.css";
import { Page } from "../kit/Page.tsx";
import { attempt, tell } from "../notifications/tell.ts";
import { download } from "../shell/download.ts";
import { Filters } from "./Filters.tsx";
import { EVERYTHING } from "./records.ts";
import { Records } from "./Records.tsx";
import { useAudit } from "./useAudit.ts";

/** Who did what to whom and why, searched in all fields; checked, and written out. */
export function AuditPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const [filter, setFilter] = useState(EVERYTHING);
  const { records, more, check, file } = useAudit(filter);
  const write = (format: "csv" | "jsonl") =>
    void attempt(file(format).then((lines) => download(`audit.${format}`, lines)));
  return (
    <Page
      title="Audit"
      lead="Every administrative act in this workspace, with its reason. Records are chained: one that is changed or taken out shows."
      width={1080}
      dense
      actions={
        <>
          <Button onClick={() => void attempt(check().then(tellWhole))}>
            <ShieldCheck /> Check the chain
          </Button>
          <Button onClick={() => write("csv")}>
            <Download /> CSV
          </Button>
          <Button onClick={() => write("jsonl")}>
            <Download /> JSON lines
          </Button>
        </>
      }
    >
      <Filters filter={filter} members={room.members.values()} onChange={setFilter} />
      {records === undefined ? (
        <p className={list.none}>Loading…</p>
      ) : records.length === 0 ? (
        <p className={list.none}>Nothing fits. Search for less.</p>
      ) : (
        <Records records={records} room={room} />
      )}
      {more && <Button onClick={() => void attempt(more())}>Older records</Button>}
    </Page>
  );
}

function tellWhole({ whole, number }: { whole: boolean; number: number }) {
  tell(
    whole
      ? { tone: "good", title: `The audit log is whole: ${number} records fit` }
      : {
          tone: "bad",
          title: `Record ${number} of the audit log does not fit`,
          text: "It was changed, moved or taken out. Keep a copy of the database and look who could.",
        },
  );
}
