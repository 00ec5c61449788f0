import { useClient, useReadable } from "@baton/react";
import { asBatonError, type BatonError, type RevertableDoc, type RevertHow, type ScopeDoc } from "@baton/sdk";
import { CircleAlert, Link2, PenLine, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner } from "../kit/Words.tsx";
import { attempt, tell } from "../notifications/tell.ts";
import { person } from "../presence/people.ts";
import { useStack } from "../room/Surroundings.tsx";
import { type Asked, asked, leftInWords, takeStep } from "./asking.ts";
import css from "./history.module.css";
import { ItemTitle, LaterWork, WillBeLeft } from "./RevertFindings.tsx";

/** A dialog that is open looks again so long after the draft has moved, in milliseconds. */
const LOOK_AGAIN_MS = 400;

const SCOPES = [
  [undefined, "Fields and records"],
  ["content", "Only fields"],
  ["records", "Only records"],
] as const;

/** Shows reverts before they happen, one at a time. */
export function RevertDialogs() {
  const [ask, setAsk] = useState<Asked>();
  useEffect(() => asked.on(setAsk), []);
  return ask ? <RevertDialog key={JSON.stringify(ask)} ask={ask} onClose={() => setAsk(undefined)} /> : null;
}

/** What a revert would do and break, and the ways to go on. */
function RevertDialog({ ask, onClose }: { ask: Asked; onClose: () => void }) {
  const client = useClient();
  const room = useReadable(client.room);
  const [preview, setPreview] = useState<RevertableDoc>();
  const [error, setError] = useState<BatonError>();
  const [over, setOver] = useState<ReadonlySet<number>>(new Set());
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const { object, undo } = ask;
  const table = room.objects.get(object)?.kind === "table" && ask.selection.changes === undefined;
  const [only, setOnly] = useState<ScopeDoc>();
  const selection = useMemo(
    () => (only === undefined ? ask.selection : { ...ask.selection, only }),
    [ask.selection, only],
  );
  const revision = useStack()?.revision;
  const held = [...room.locks.values()].filter((lock) => lock.path.object === object).length;
  const look = useCallback(() => {
    let late = false;
    client.history.check(object, selection).then(
      (found) => !late && (setPreview(found), setError(undefined)),
      (thrown: unknown) => !late && (setPreview(undefined), setError(asBatonError(thrown))),
    );
    return () => {
      late = true;
    };
  }, [client, object, selection]);
  useEffect(look, [look]);
  // What it would do changes with the draft and with who holds a pen.
  const seen = useRef<unknown>(undefined);
  useEffect(() => {
    const first = seen.current === undefined;
    seen.current = [revision, held];
    if (first) return undefined;
    const timer = setTimeout(look, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [look, revision, held]);

  const count = preview?.changes.reduce((sum, [first, last]) => sum + last - first + 1, 0) ?? 0;
  const hard = preview?.collisions.filter((one) => one.why === "gone" || one.why === "creation") ?? [];
  const soft = preview?.collisions.filter((one) => !hard.includes(one)) ?? [];
  const admin = ["owner", "admin"].includes(room.members.get(room.user)?.role ?? "");
  const run = async (how: RevertHow) => {
    setBusy(true);
    try {
      // An undo stays one, so that it can be redone.
      const receipt =
        undo !== undefined && over.size > 0
          ? await client.history.undo({ take: true })
          : await client.history.revert(object, selection, { collisions: "keep", take: [...over], ...how });
      const left = leftInWords(receipt);
      tell({ tone: left ? "plain" : "good", title: "Reverted", ...(left ? { text: left } : {}) });
      onClose();
    } catch (thrown) {
      setError(asBatonError(thrown));
      setBusy(false);
      look();
    }
  };
  const locked = (preview?.locks.length ?? 0) > 0;
  return (
    <Dialog
      open
      title={ask.title}
      onClose={onClose}
      foot={
        <>
          <Button look="plain" onClick={onClose}>
            Keep them
          </Button>
          {undo !== undefined && (
            <Button onClick={() => (onClose(), void takeStep(client, false, undo))}>
              Undo the one before
            </Button>
          )}
          {locked && admin && (
            <Button
              disabled={busy || reason.trim() === ""}
              onClick={() => void run({ locks: "park", reason: reason.trim() })}
            >
              Park their work and revert
            </Button>
          )}
          <Button
            look="danger"
            disabled={busy || !preview || (count === 0 && over.size === 0)}
            onClick={() => void run(locked ? { locks: "leave" } : {})}
          >
            {locked ? "Revert the rest" : "Revert"}
          </Button>
        </>
      }
    >
      <div className={css.live} data-testid="revert-check">
        {table && (
          <fieldset className={css.scopes} aria-label="What is taken back">
            {SCOPES.map(([scope, words]) => (
              <label key={words}>
                <input
                  type="radio"
                  name="scope"
                  checked={only === scope}
                  onChange={() => (setOnly(scope), setOver(new Set()))}
                />
                {words}
              </label>
            ))}
          </fieldset>
        )}
        {error?.code === "nothing_to_do" && <p>There is nothing to take back.</p>}
        {error && error.code !== "nothing_to_do" && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error.title} {error.detail ?? error.help}
          </Banner>
        )}
        {preview && (
          <p>
            {count === 0 ? "Nothing" : count === 1 ? "1 change" : `${count.toLocaleString()} changes`} would
            be taken back.{" "}
            {table && only !== "content" && "Records are live: everybody sees theirs change at once. "}
            The revert is a change itself and can be taken back.
          </p>
        )}
        {soft.length > 0 && <LaterWork object={object} places={soft} over={over} onOver={setOver} />}
        {hard.length > 0 && <WillBeLeft object={object} places={hard} />}
        {preview?.locks.map((lock) => (
          <Held key={lock.path.item ?? ""} object={object} item={lock.path.item} user={lock.user} />
        ))}
        {locked && admin && (
          <Field
            label="Why their work is parked"
            maxLength={280}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
        {preview?.breaks.map((one) => (
          <Banner
            key={`${one.what} ${one.item}`}
            tone="warn"
            icon={one.what === "called" ? <Link2 /> : <TriangleAlert />}
          >
            {one.what === "called" ? (
              <>
                <b>{room.objects.get(one.object)?.name ?? "Another object"}</b> calls this object, whose name,
                inputs or response would change.
              </>
            ) : (
              <>
                <ItemTitle item={one.item} /> uses <code>{one.name}</code>, which nothing would set any more.
              </>
            )}
          </Banner>
        ))}
      </div>
    </Dialog>
  );
}

/** A colleague's pen in the way: they can be asked for it. */
function Held({ object, item, user }: { object: string; item: string | undefined; user: string }) {
  const client = useClient();
  const room = useReadable(client.room);
  const path = { object, ...(item === undefined ? {} : { item }) };
  const asking = [...room.requests.values()].some(
    (request) =>
      request.session === room.session && request.path.object === object && request.path.item === item,
  );
  const who = person(user, room.members.get(user));
  return (
    <Banner tone="warn" icon={<PenLine />}>
      {who.name} holds the pen on {item === undefined ? "the whole object" : <ItemTitle item={item} inside />}
      .{" "}
      {asking ? (
        "Asked; this goes on when they give it."
      ) : (
        <Button
          size="small"
          onClick={() => void attempt(client.locks.request(path, "I want to revert a change here"))}
        >
          Ask {who.name}
        </Button>
      )}
    </Banner>
  );
}
