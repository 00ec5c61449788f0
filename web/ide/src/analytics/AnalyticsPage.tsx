import { useClient, useReadable } from "@baton/react";
import type { Analytics } from "@baton/sdk";
import { Download } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Page } from "../kit/Page.tsx";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { download } from "../shell/download.ts";
import css from "./analytics.module.css";
import { Bars, Columns } from "./Chart.tsx";
import { filled, hours, type Point } from "./series.ts";
import { Thresholds } from "./Thresholds.tsx";

const DAY_MS = 24 * 60 * 60_000;
const STRETCHES = [
  { name: "Last 2 hours", ms: DAY_MS / 12 },
  { name: "Last day", ms: DAY_MS },
  { name: "Last week", ms: 7 * DAY_MS },
  { name: "Last 30 days", ms: 30 * DAY_MS },
] as const;

/** What went on in the workspace, in sums and without names; and the thresholds of a status. */
export function AnalyticsPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const [stretch, setStretch] = useState<number>(STRETCHES[1].ms);
  const [found, setFound] = useState<Analytics | "failed">();
  const role = room.members.get(room.user)?.role;
  const manages = role === "owner" || role === "admin";
  const load = useCallback(() => {
    const to = client.now();
    http
      .analytics(client.workspace, Math.floor(to - stretch), Math.ceil(to))
      .then(setFound, () => setFound((was) => was ?? "failed"));
  }, [http, client, stretch]);
  useEffect(() => {
    if (!manages) return undefined;
    load();
    const timer = setInterval(load, 60_000);
    return () => clearInterval(timer);
  }, [load, manages]);
  if (!manages) return <p className={css.empty}>This page is for owners and admins.</p>;
  const csv = async (table: "members" | "objects") => {
    const to = Math.ceil(client.now());
    await attempt(
      http
        .analyticsCsv(client.workspace, table, to - stretch, to)
        .then((text) => download(`baton-${table}.csv`, text)),
    );
  };
  return (
    <Page
      title="Activity"
      lead={`Sums of what went on in ${room.name}; no names. Written once a minute.`}
      width={760}
    >
      <div className={css.tools}>
        <select
          className={kit.input}
          aria-label="Stretch of time"
          value={stretch}
          onChange={(event) => setStretch(Number(event.target.value))}
        >
          {STRETCHES.map((one) => (
            <option key={one.name} value={one.ms}>
              {one.name}
            </option>
          ))}
        </select>
        <Button onClick={() => void csv("members")}>
          <Download /> Members as CSV
        </Button>
        <Button onClick={() => void csv("objects")}>
          <Download /> Objects as CSV
        </Button>
      </div>
      {found === "failed" && (
        <p className={css.empty}>The figures could not be read. They are tried again in a minute.</p>
      )}
      {found !== undefined && found !== "failed" && <Figures found={found} />}
      <Thresholds />
    </Page>
  );
}

function Figures({ found }: { found: Analytics }) {
  const spans = filled(found);
  if (found.spans.length === 0)
    return (
      <p className={css.empty}>
        Nothing yet in this time. The first minute is written soon after somebody is here.
      </p>
    );
  const peak: readonly Point[] = spans.map((one) => ({ at: one.at, values: [one.peak] }));
  const status: readonly Point[] = spans.map((one) => ({
    at: one.at,
    values: [one.online_ms, one.busy_ms, one.away_ms],
  }));
  return (
    <>
      <section className={css.figure} aria-label="Members over time">
        <h2>Members over time</h2>
        <Columns points={peak} names={["members, at most"]} format={String} minutes={found.minutes} />
      </section>
      <section className={css.figure} aria-label="Time in each status">
        <h2>Time in each status</h2>
        <Columns points={status} names={["online", "busy", "away"]} format={hours} minutes={found.minutes} />
      </section>
      <section className={css.figure} aria-label="Busiest objects">
        <h2>Busiest objects</h2>
        <Bars
          rows={found.objects.slice(0, 12).map((one) => ({
            key: one.object,
            name: one.name || "A deleted object",
            value: one.member_minutes + one.edits,
            words: `${one.member_minutes} min shown, ${one.edits} edits`,
          }))}
        />
      </section>
    </>
  );
}
