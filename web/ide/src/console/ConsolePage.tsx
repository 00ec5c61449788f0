import { useClient, useReadable } from "@baton/react";
import { type ConsoleFigures, manages as mayManage } from "@baton/sdk";
import { useCallback, useEffect, useState } from "react";

import list from "../kit/list.module.css";
import { Page } from "../kit/Page.tsx";
import { LockList } from "../locks/LockList.tsx";
import { useSurroundings } from "../room/Surroundings.tsx";
import { Freeze } from "./Freeze.tsx";
import { Sessions } from "./Sessions.tsx";
import { Storage } from "./Storage.tsx";
import { Times } from "./Times.tsx";

/** How often the figures are asked for while the page is looked at, in milliseconds. */
const EVERY_MS = 3_000;

/** What goes on in the workspace right now, and what an owner or admin may do about it. */
export function ConsolePage() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const [figures, setFigures] = useState<ConsoleFigures>();
  const [failed, setFailed] = useState(false);
  const manages = mayManage(room);
  const load = useCallback(() => {
    http.console(client.workspace).then(
      (found) => {
        setFigures(found);
        setFailed(false);
      },
      () => setFailed(true),
    );
  }, [http, client]);
  useEffect(() => {
    if (!manages) return undefined;
    load();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") load();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [load, manages]);
  if (!manages) return <p className={list.none}>This page is for owners and admins.</p>;
  return (
    <Page
      title="Console"
      lead={`Who is in ${room.name} right now, what is held, and by which times.`}
      width={980}
    >
      {failed && (
        <p className={list.none} role="status">
          Lag, queues and storage could not be read; they are tried again in a moment.
        </p>
      )}
      <Freeze />
      <Sessions figures={figures} />
      <LockList />
      {figures && (
        <>
          <Times saved={figures.settings} hold={figures.hold_ms} onSaved={load} />
          <Storage figures={figures} />
        </>
      )}
    </Page>
  );
}
