import type { ExplanationDoc, LockPathDoc, RemedyDoc } from "@baton/sdk";
import { asBatonError } from "@baton/sdk";
import { useClient, useReadable } from "@baton/react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { ago, span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import panel from "../stack-editor/panel.module.css";
import css from "./locks.module.css";

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
  wait: "You may wait: it is free soon.",
};

/** "Why can't I edit this?": everything about the lock, asked for when it is opened. */
export function ExplainLock({ object, item }: LockPathDoc & { item: string }) {
  const client = useClient();
  const [found, setFound] = useState<ExplanationDoc | string>();
  const ask = () => {
    setFound(undefined);
    client.locks
      .explain({ object, item })
      .then(setFound, (thrown: unknown) => setFound(asBatonError(thrown).title));
  };
  return (
    <details className={panel.fold} onToggle={(event) => event.currentTarget.open && ask()} key={item}>
      <summary>Explain lock</summary>
      {found === undefined && <p className={css.quietly}>Asking…</p>}
      {typeof found === "string" && <p>{found}</p>}
      {typeof found === "object" && <Facts found={found} />}
    </details>
  );
}

function Facts({ found }: { found: ExplanationDoc }) {
  const client = useClient();
  const { members } = useReadable(client.room);
  const { lock, queue, frees, may } = found;
  const now = client.now();
  if (!lock)
    return <p>Nobody holds it. {may.includes("edit") ? "You may edit it." : "Your role lets you look."}</p>;
  const holder = person(lock.user, members.get(lock.user));
  return (
    <div className={panel.group}>
      <dl className={css.facts}>
        <dt>Holder</dt>
        <dd>{holder.name}</dd>
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
        <dt>Fence</dt>
        <dd>
          <code>{lock.fence.counter}</code>
        </dd>
      </dl>
      {queue.length > 0 && (
        <ol className={css.queue} aria-label="Queue">
          {queue.map((request) => {
            const who = person(request.user, members.get(request.user));
            return (
              <li key={request.id}>
                {request.place}. <Initials person={who} size="tiny" /> {who.name}, {ago(request.since, now)}
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
  const [reason, setReason] = useState<string>();
  if (reason === undefined) {
    return (
      <div className={css.actions}>
        <Button size="small" look="danger" onClick={() => setReason("")}>
          Take it from {name}…
        </Button>
      </div>
    );
  }
  return (
    <form
      className={panel.group}
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(client.locks.force(path, reason), "The pen is yours").then(() => setReason(undefined));
      }}
    >
      <Field
        label="Reason"
        value={reason}
        maxLength={280}
        autoFocus
        hint={`${name} is told, and it stands in the audit log. What ${name} typed is parked.`}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className={css.actions}>
        <Button size="small" look="danger" type="submit" disabled={reason.trim() === ""}>
          Take it
        </Button>
        <Button size="small" look="plain" onClick={() => setReason(undefined)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
