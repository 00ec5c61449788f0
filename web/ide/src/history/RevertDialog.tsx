import { useClient, useReadable } from "@baton/react";
import {
  asBatonError,
  type BatonError,
  type CollisionDoc,
  type ObstacleDoc,
  type RevertableDoc,
  type RevertHow,
} from "@baton/sdk";
import { CircleAlert, Link2, PenLine, TriangleAlert } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner, Marked } from "../kit/Words.tsx";
import { attempt, tell } from "../notifications/tell.ts";
import { person } from "../presence/people.ts";
import { useCatalogue, useStack } from "../room/Surroundings.tsx";
import { title as titleOf } from "../stack-editor/node.ts";
import { type Asked, asked, leftInWords, takeStep } from "./asking.ts";
import css from "./history.module.css";

const WHY: Readonly<Record<ObstacleDoc, string>> = {
  changed: "was changed since",
  moved: "was moved since",
  built_upon: "was built upon since; that would be lost",
  gone: "is not there any more",
  locked: "is held by a colleague",
  creation: "made this object and cannot be taken back",
};

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
  const { object, selection, undo } = ask;
  const revision = useStack()?.revision;
  const held = [...room.locks.values()].filter((lock) => lock.path.object === object).length;
  const look = useCallback(() => {
    let late = false;
    client.history.check(object, selection).then(
      (found) => !late && (setPreview(found), setError(undefined)),
      (thrown: unknown) => !late && setError(asBatonError(thrown)),
    );
    return () => {
      late = true;
    };
  }, [client, object, selection]);
  // What it would do changes with the draft and with who holds a pen.
  useEffect(look, [look, revision, held]);

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
        {error && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error.title} {error.detail ?? error.help}
          </Banner>
        )}
        {preview && (
          <p>
            {count === 0 ? "Nothing" : count === 1 ? "1 change" : `${count} changes`} would be taken back. The
            revert is a change itself and can be taken back.
          </p>
        )}
        {soft.length > 0 && (
          <section className={css.findings} aria-label="Later work">
            <h3>Later work stands here. Tick what shall give way; the rest stays.</h3>
            {soft.slice(0, 100).map((one) => (
              <label key={`${one.change} ${one.item} ${one.field}`} className={css.finding}>
                <input
                  type="checkbox"
                  checked={over.has(one.change)}
                  onChange={(event) => {
                    const next = new Set(over);
                    if (event.target.checked) next.add(one.change);
                    else next.delete(one.change);
                    setOver(next);
                  }}
                />
                <Place of={one} />
              </label>
            ))}
          </section>
        )}
        {hard.length > 0 && (
          <section className={css.findings} aria-label="Cannot be taken back">
            <h3>Will be left</h3>
            {hard.slice(0, 100).map((one) => (
              <div key={`${one.change} ${one.item} ${one.field}`} className={css.finding}>
                <Place of={one} />
              </div>
            ))}
          </section>
        )}
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

function Place({ of }: { of: CollisionDoc }) {
  const room = useReadable(useClient().room);
  const changes = useStack()?.changes ?? [];
  const change = changes.find((one) => one.number === of.change);
  const by = changes.find((one) => one.number === of.by);
  const who = of.holder ?? by?.user;
  return (
    <span>
      <Marked>{change?.words ?? `Change ${of.change}`}</Marked>
      <span className={css.reason}>
        {" · "}
        <ItemTitle item={of.item} /> {WHY[of.why]}
        {who && ` by ${person(who, room.members.get(who)).name}`}
      </span>
    </span>
  );
}

function ItemTitle({ item }: { item: string | undefined }) {
  const catalogue = useCatalogue();
  const node = useStack()?.tree.get(item ?? "");
  return <>{node ? titleOf(node, catalogue) : "it"}</>;
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
      {who.name} holds the pen on {item === undefined ? "the whole object" : <ItemTitle item={item} />}.{" "}
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
