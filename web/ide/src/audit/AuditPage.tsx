import { useClient, useReadable } from "@baton/react";
import { Download, ShieldCheck } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Page } from "../kit/Page.tsx";
import { attempt, tell } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { download } from "../shell/download.ts";
import css from "./audit.module.css";
import { type AuditRecord, KINDS, readable } from "./records.ts";

interface Found {
  readonly records: readonly AuditRecord[];
  readonly next?: number;
}

/** Who did what to whom and why, searched in all fields; checked, and written out. */
export function AuditPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const [text, setText] = useState("");
  const [action, setAction] = useState("");
  const [user, setUser] = useState("");
  const [since, setSince] = useState("");
  const [rows, setRows] = useState<readonly AuditRecord[]>();
  const [next, setNext] = useState<number>();
  const at = `/workspaces/${encodeURIComponent(client.workspace)}/audit`;
  const asked = useCallback(
    (more: Record<string, string>) => {
      const from = since === "" ? "" : String(new Date(since).getTime());
      const all = Object.entries({ q: text, action, user, from, ...more });
      return new URLSearchParams(all.filter(([, value]) => value !== "")).toString();
    },
    [text, action, user, since],
  );
  useEffect(() => {
    let current = true;
    const wait = setTimeout(() => {
      void attempt(
        http.call<Found>("GET", `${at}?${asked({})}`).then((page) => {
          if (!current) return;
          setRows(page.records);
          setNext(page.next);
        }),
      );
    }, 200);
    return () => {
      current = false;
      clearTimeout(wait);
    };
  }, [http, at, asked]);
  const more = () =>
    void attempt(
      http.call<Found>("GET", `${at}?${asked({ before: String(next) })}`).then((page) => {
        setRows([...(rows ?? []), ...page.records]);
        setNext(page.next);
      }),
    );
  const check = () =>
    void attempt(
      http.call<{ whole: boolean; number: number }>("GET", `${at}/check`).then(({ whole, number }) =>
        tell(
          whole
            ? { tone: "good", title: `The audit log is whole: ${number} records fit` }
            : {
                tone: "bad",
                title: `Record ${number} of the audit log does not fit`,
                text: "It was changed, moved or taken out. Keep a copy of the database and look who could.",
              },
        ),
      ),
    );
  const write = (format: "csv" | "jsonl") =>
    void attempt(
      http
        .token()
        .then((token) =>
          fetch(`${http.base}/api/v1${at}/export?${asked({ format })}`, {
            headers: { authorization: `Bearer ${token}` },
          }),
        )
        .then((answer) => answer.text())
        .then((lines) => download(`audit.${format}`, lines)),
    );
  return (
    <Page
      title="Audit"
      lead="Every administrative act in this workspace, with its reason. Records are chained: one that is changed or taken out shows."
      width={1080}
      dense
      actions={
        <>
          <Button onClick={check}>
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
      <div className={css.filters}>
        <input
          className={kit.input}
          aria-label="Search the audit log"
          placeholder="Search in all fields"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <select
          className={kit.input}
          aria-label="What was done"
          value={action}
          onChange={(event) => setAction(event.target.value)}
        >
          <option value="">Everything</option>
          {KINDS.map(([prefix, name]) => (
            <option key={prefix} value={prefix}>
              {name}
            </option>
          ))}
        </select>
        <select
          className={kit.input}
          aria-label="By whom"
          value={user}
          onChange={(event) => setUser(event.target.value)}
        >
          <option value="">Anybody</option>
          {[...room.members.values()].map((member) => (
            <option key={member.user} value={member.user}>
              {member.name}
            </option>
          ))}
        </select>
        <input
          type="date"
          className={kit.input}
          aria-label="Not before"
          value={since}
          onChange={(event) => setSince(event.target.value)}
        />
      </div>
      {rows === undefined ? (
        <p className={css.note}>Loading…</p>
      ) : rows.length === 0 ? (
        <p className={css.note}>Nothing fits. Search for less.</p>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Before → after</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.number}>
                <td title={`Record ${row.number}, ${row.hash}`}>{new Date(row.at).toLocaleString()}</td>
                <td>{row.name ?? (row.user === undefined ? "The system" : "Somebody who left")}</td>
                <td>
                  <b>{row.action}</b>
                  <div className={css.note}>{readable(row.subject, room)}</div>
                </td>
                <td>
                  {row.before && <del>{row.before}</del>} {row.after && <ins>{row.after}</ins>}
                </td>
                <td>{row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {next !== undefined && <Button onClick={more}>Older records</Button>}
    </Page>
  );
}
