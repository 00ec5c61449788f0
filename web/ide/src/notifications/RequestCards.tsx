import { useClient, useMay, useReadable } from "@baton/react";
import { type DeadlockDoc, type LockDoc, placeOf, promiseOf, type RequestDoc } from "@baton/sdk";
import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { ago, editing, ordinal } from "../kit/time.ts";
import { countdown } from "../locks/countdown.ts";
import { ReasonForm } from "../locks/ReasonForm.tsx";
import { Initials } from "../presence/Initials.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { attempt } from "./tell.ts";
import { useNames } from "./useNames.ts";

const MINUTES = [2, 5, 10] as const;

/** A colleague asks for the pen. It stays until it is answered or has ended. */
export function RequestCard({ request }: { request: RequestDoc }) {
  const client = useClient();
  const { locks } = client;
  const room = useReadable(client.room);
  const { who, what } = useNames();
  const now = useServerNow(1000);
  const [busy, setBusy] = useState(false);
  const [declining, setDeclining] = useState(false);
  const person = who(request.user);
  const promised = promiseOf(room, request);
  // A lock carries one promise at most.
  const taken = [...room.locks.values()].some(
    (lock) => lock.session === room.session && lock.path.object === request.path.object && lock.promise,
  );
  const answer = (call: Promise<unknown>) => {
    setBusy(true);
    void attempt(call).finally(() => setBusy(false));
  };
  return (
    <CardFrame
      kind="request"
      sign={<Initials person={person} size="small" />}
      colour={person.colour}
      actions={
        !declining && (
          <>
            <Button
              size="small"
              look="solid"
              disabled={busy}
              title="G"
              onClick={() => answer(locks.grant(request.id))}
            >
              Grant
            </Button>
            {promised === null && !taken && (
              <span className={css.minutes} role="group" aria-label={`Promise it to ${person.name}`}>
                <span aria-hidden>in</span>
                {MINUTES.map((minutes) => (
                  <Button
                    key={minutes}
                    size="small"
                    disabled={busy}
                    aria-label={`Promise it in ${minutes} min`}
                    onClick={() => answer(locks.promise(request.id, minutes))}
                  >
                    {minutes}
                  </Button>
                ))}
                <span aria-hidden>min</span>
              </span>
            )}
            <Button size="small" disabled={busy} onClick={() => setDeclining(true)}>
              Decline…
            </Button>
            {promised === null && (
              <Button
                size="small"
                look="plain"
                disabled={busy}
                onClick={() => answer(locks.ignore(request.id))}
              >
                Ignore
              </Button>
            )}
          </>
        )
      }
      form={
        declining && (
          <ReasonForm
            verb="Decline"
            needed={false}
            hint={`${person.name} reads it.`}
            send={(reason) => attempt(locks.decline(request.id, reason))}
            onClose={() => setDeclining(false)}
          />
        )
      }
    >
      <b>{person.name}</b> asks for <b>{what(request.path)}</b>
      {request.note && <p>“{request.note}”</p>}
      <div className={css.note} data-testid="request-clock">
        {promised !== null
          ? `You promised it: the pen moves by itself in ${countdown(promised, now)}.`
          : `${ago(request.since, now)}${request.nudged ? ", still waiting" : ""}. ${escalation(request, now)}`}
      </div>
    </CardFrame>
  );
}

/** What happens without an answer, said before anybody clicks. */
function escalation({ take_over }: RequestDoc, now: number): string {
  if (take_over === undefined) return "";
  if (take_over <= now) return "The first in line may take over now.";
  return `Without an answer the first in line may take over in ${countdown(take_over, now)}.`;
}

/** One's own request: its place, when it is likely to come, and what one may do. */
export function WaitingCard({ request, lock }: { request: RequestDoc; lock: LockDoc | null }) {
  const client = useClient();
  const room = useReadable(client.room);
  const { who, what } = useNames();
  const now = useServerNow(1000);
  const holder = lock ? who(lock.user) : undefined;
  const promised = promiseOf(room, request);
  const may = useMay(request.path, "take_over");
  return (
    <CardFrame
      kind="waiting"
      sign={holder && <Initials person={holder} size="small" />}
      actions={
        <>
          {may && (
            <Button
              size="small"
              look="solid"
              onClick={() => void attempt(client.locks.takeOver(request.id), "The pen is yours")}
            >
              Take over
            </Button>
          )}
          <Button size="small" onClick={() => void attempt(client.locks.cancel(request.id))}>
            Take it back
          </Button>
        </>
      }
    >
      You asked{holder && ` ${holder.name}`} for <b>{what(request.path)}</b>
      <div className={css.note}>
        <span data-testid="queue-place">You are {ordinal(placeOf(room, request))} in line</span>
        {lock && holder && `; ${holder.name} is ${editing(lock.since, lock.edited, now)}`}
      </div>
      <div className={css.note} data-testid="wait-clock">
        {waitWords(request, lock, promised, may, holder?.name, now)}
      </div>
    </CardFrame>
  );
}

function waitWords(
  request: RequestDoc,
  lock: LockDoc | null,
  promised: number | null,
  may: boolean,
  holder: string | undefined,
  now: number,
): string {
  if (lock?.state === "handing_over") return "It is being handed over…";
  if (promised !== null) return `Promised: the pen comes by itself in ${countdown(promised, now)}.`;
  if (may) return `${holder ?? "The holder"} has not answered. You may take over.`;
  const likely =
    request.eta !== undefined && request.eta > now ? `Likely in ${countdown(request.eta, now)}. ` : "";
  if (request.take_over === undefined || request.take_over <= now) return likely;
  return `${likely}If first in line, you may take over in ${countdown(request.take_over, now)}.`;
}

/** Members who wait for each other: they may swap; else the youngest request yields. */
export function SwapCard({ deadlock }: { deadlock: DeadlockDoc }) {
  const client = useClient();
  const room = useReadable(client.room);
  const { who, what } = useNames();
  const now = useServerNow(1000);
  const [busy, setBusy] = useState(false);
  const requests = deadlock.requests.flatMap((id) => room.requests.get(id) ?? []);
  const agreed = deadlock.agreed.includes(room.user);
  const names = deadlock.agreed.map((user) => (user === room.user ? "you" : who(user).name)).join(", ");
  const swap = () => {
    setBusy(true);
    void attempt(client.locks.swap(deadlock.id)).finally(() => setBusy(false));
  };
  return (
    <CardFrame
      kind="deadlock"
      tone="warn"
      sign={<ArrowLeftRight />}
      actions={
        !agreed && (
          <Button size="small" look="solid" disabled={busy} onClick={swap}>
            Swap
          </Button>
        )
      }
    >
      <b>You wait for each other</b>
      {requests.map((request) => (
        <p key={request.id}>
          {request.user === room.user ? "You ask" : `${who(request.user).name} asks`} for {what(request.path)}
        </p>
      ))}
      <div className={css.note}>
        {names === "" ? "Nobody has agreed to swap yet." : `Agreed to swap: ${names}.`}{" "}
        {deadlock.yields === undefined
          ? "A promise runs; it is waited for."
          : `Without a swap the youngest request ends in ${countdown(deadlock.yields, now)}.`}
      </div>
    </CardFrame>
  );
}
