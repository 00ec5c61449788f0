import type { ExplanationDoc, LockPathDoc, RemedyDoc } from "@baton/sdk";
import { asBatonError } from "@baton/sdk";
import { useClient, useReadable } from "@baton/react";
import { useCallback, useEffect, useRef, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { ago, span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useLockView } from "../room/Surroundings.tsx";
import panel from "../stack-editor/panel.module.css";
import { countdown } from "./countdown.ts";
import css from "./locks.module.css";
import { ReasonForm } from "./ReasonForm.tsx";

const STATES = {
  held: "held",
  reconnecting: "held; the holder's connection is lost",
  handing_over: "being handed over",
  reserved: "reserved",
} as const;

const REMEDIES: Readonly<Record<RemedyDoc, string>> = {
  edit: "You may edit it.",
  request: "You may ask the holder for it.",
  edit_here: "You hold it in another tab: you may move it here.",
  force: "As an owner or admin you may take it at once.",
  take_over: "You have waited long enough: you may take over.",
  undo: "The take-over can still be undone.",
  reopen: "As an owner or admin you may open it for edits again.",
  wait: "You may wait: it is free soon.",
};

/** "Why can't I edit this?": everything about the lock, asked for when it is opened. */
export function ExplainLock({ object, item }: LockPathDoc & { item: string }) {
  const client = useClient();
  const details = useRef<HTMLDetailsElement>(null);
  const [found, setFound] = useState<ExplanationDoc | string>();
  const ask = useCallback(() => {
    client.locks
      .explain({ object, item })
      .then(setFound, (thrown: unknown) => setFound(asBatonError(thrown).title));
  }, [client, object, item]);
  // Asked again when something about it changes, so that it never says what was.
  const { lock, closure, queue } = useLockView(object, item);
  useEffect(() => {
    if (details.current?.open) ask();
  }, [ask, lock, closure, queue]);
  return (
    <details
      ref={details}
      className={panel.fold}
      onToggle={(event) => event.currentTarget.open && ask()}
      key={item}
    >
      <summary>Explain lock</summary>
      {found === undefined && <p className={css.quietly}>Asking…</p>}
      {typeof found === "string" && <p>{found}</p>}
      {typeof found === "object" && <Facts found={found} />}
    </details>
  );
}

function Facts({ found }: { found: ExplanationDoc }) {
  const client = useClient();
  const { members, sessions } = useReadable(client.room);
  const { lock, queue, frees, may, closure } = found;
  const now = client.now();
  if (closure) {
    return (
      <div className={panel.group}>
        <p>
          Closed for edits by {person(closure.user, members.get(closure.user)).name} {ago(closure.since, now)}
          : “{closure.reason}”
        </p>
        <p className={css.quietly}>
          {queue.length > 0 && `${queue.length} waiting; their clocks stand still. `}
          {may.map((one) => REMEDIES[one]).join(" ") || "Wait until it is opened again, or ask in the chat."}
        </p>
      </div>
    );
  }
  if (!lock)
    return <p>Nobody holds it. {may.includes("edit") ? "You may edit it." : "Your role lets you look."}</p>;
  const holder = person(lock.user, members.get(lock.user));
  const tab = sessions.get(lock.session)?.tab;
  return (
    <div className={panel.group}>
      <dl className={css.facts}>
        <dt>Holder</dt>
        <dd>
          {holder.name}
          {tab !== undefined && `, tab ${tab}`}
        </dd>
        <dt>State</dt>
        <dd>{STATES[lock.state]}</dd>
        <dt>Since</dt>
        <dd>
          {ago(lock.since, now)}, last edit {ago(lock.edited, now)}
        </dd>
        <dt>Unsaved</dt>
        <dd>{lock.unsaved === 0 ? "nothing" : `${lock.unsaved} edits`}</dd>
        {frees !== undefined && (
          <>
            <dt>Free</dt>
            <dd>in {span(frees - now)} without further edits</dd>
          </>
        )}
        {lock.promise && (
          <>
            <dt>Promised</dt>
            <dd>in {countdown(lock.promise.until, now)}</dd>
          </>
        )}
        <dt>Fence</dt>
        <dd>
          <code>{lock.fence.counter}</code>
        </dd>
      </dl>
      {queue.length > 0 && (
        <ol className={css.queue} aria-label="Queue">
          {queue.map((request, at) => {
            const who = person(request.user, members.get(request.user));
            return (
              <li key={request.id}>
                {at + 1}. <Initials person={who} size="tiny" /> {who.name}, {ago(request.since, now)}
                {request.note && `: ${request.note}`}
              </li>
            );
          })}
        </ol>
      )}
      <p className={css.quietly}>{may.map((one) => REMEDIES[one]).join(" ")}</p>
      {may.includes("force") && <Force path={lock.path} name={holder.name} />}
    </div>
  );
}

function Force({ path, name }: { path: LockPathDoc; name: string }) {
  const client = useClient();
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <div className={css.actions}>
        <Button size="small" look="danger" onClick={() => setAsking(true)}>
          Take it from {name}…
        </Button>
      </div>
    );
  }
  return (
    <ReasonForm
      verb="Take it"
      danger
      hint={`It stands in the audit log. What ${name} typed is parked; you can undo it for 5 min.`}
      send={(reason) =>
        attempt(client.locks.force(path, reason), "The pen is yours").then((good) => good && setAsking(false))
      }
      onClose={() => setAsking(false)}
    />
  );
}
