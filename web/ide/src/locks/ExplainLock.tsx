import type { ExplanationDoc, LockPathDoc, RemedyDoc } from "@baton/sdk";
import { BatonError } from "@baton/sdk";
import { useClient, useExplanation, useReadable } from "@baton/react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { ago, span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
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
  const [open, setOpen] = useState(false);
  const found = useExplanation({ object, item }, open);
  return (
    <details className={panel.fold} onToggle={(event) => setOpen(event.currentTarget.open)} key={item}>
      <summary>Explain lock</summary>
      {found === undefined && <p className={css.quietly}>Asking…</p>}
      {found instanceof BatonError && <p>{found.title}</p>}
      {found !== undefined && !(found instanceof BatonError) && <Facts found={found} />}
    </details>
  );
}

function Facts({ found }: { found: ExplanationDoc }) {
  const client = useClient();
  const { members } = useReadable(client.room);
  const { lock, tab, queue, frees, may, closure } = found;
  const now = useServerNow(1000);
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
            <dd>
              in {span(frees - now)}
              {lock.state === "held" && !lock.promise && " without further edits"}
              {lock.state === "reconnecting" && " unless the holder comes back"}
            </dd>
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
                {request.eta !== undefined &&
                  request.eta > now &&
                  `, likely in ${countdown(request.eta, now)}`}
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
