import { useClient, useReadable } from "@baton/react";
import { type ClosureDoc, EVERYTHING, type LockDoc, pathKey, queueOn } from "@baton/sdk";
import { Lock } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import list from "../kit/list.module.css";
import { ListSection } from "../kit/ListSection.tsx";
import { Table } from "../kit/Table.tsx";
import { ago, span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import { lastSegment } from "../shell/tree.ts";
import { stateInWords } from "./LockChip.tsx";
import css from "./locks.module.css";
import { ReasonForm } from "./ReasonForm.tsx";

/** Every lock of the workspace with its age and queue, and what an owner or admin can do about it. */
export function LockList() {
  const room = useReadable(useClient().room);
  const [search, setSearch] = useState("");
  const { who } = useNames();
  const wanted = search.toLowerCase();
  const match = (object: string, user: string) =>
    `${room.objects.get(object)?.name ?? ""} ${who(user).name}`.toLowerCase().includes(wanted);
  const locks = [...room.locks.values()]
    .filter((lock) => match(lock.path.object, lock.user))
    .sort((a, b) => a.since - b.since);
  // A frozen workspace is said at the head of the console, and ended there.
  const closures = [...room.closures.values()].filter(
    (one) => one.path.object !== EVERYTHING && match(one.path.object, one.user),
  );
  return (
    <ListSection title="Locks" of="locks" search={search} onSearch={setSearch} testId="lock-list">
      {locks.length + closures.length === 0 ? (
        <p className={list.none}>{search ? "No lock fits." : "Nobody holds anything right now."}</p>
      ) : (
        <Table columns={["What", "Who", "Held", "Idle", "Waiting"]} actions>
          {closures.map((closure) => (
            <Closed key={`closed ${pathKey(closure.path)}`} closure={closure} />
          ))}
          {locks.map((lock) => (
            <Held key={pathKey(lock.path)} lock={lock} />
          ))}
        </Table>
      )}
    </ListSection>
  );
}

function Held({ lock }: { lock: LockDoc }) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(1000);
  const { who } = useNames();
  const [doing, setDoing] = useState<"force" | "close">();
  const person = who(lock.user);
  const tab = room.sessions.get(lock.session)?.tab;
  const queue = queueOn(room, lock.path);
  const mine = lock.session === room.session;
  const done = (good: boolean) => good && setDoing(undefined);
  return (
    <>
      <tr data-testid="lock-row">
        <td>
          <Place {...lock.path} />
        </td>
        <td>
          <span className={list.who}>
            <Initials person={person} size="small" aria-hidden /> {person.name}
            {tab !== undefined && <span className={kit.note}>tab {tab}</span>}
          </span>
          <div className={kit.note}>{stateInWords(lock, now)}</div>
        </td>
        <td>{span(now - lock.since)}</td>
        <td>{span(now - lock.edited)}</td>
        <td>{queue.length === 0 ? "nobody" : queue.map((one) => who(one.user).name).join(", ")}</td>
        <td className={list.do}>
          {!mine && (
            <Button size="small" look="danger" onClick={() => setDoing("force")}>
              Take…
            </Button>
          )}
          <Button size="small" onClick={() => setDoing("close")}>
            Close…
          </Button>
        </td>
      </tr>
      {doing && (
        <tr>
          <td colSpan={6}>
            {doing === "force" ? (
              <ReasonForm
                verb={`Take it from ${person.name}`}
                danger
                hint={`It stands in the audit log. What ${person.name} typed is parked; you can undo it for 5 min.`}
                send={(reason) =>
                  attempt(client.locks.force(lock.path, reason), "The pen is yours").then(done)
                }
                onClose={() => setDoing(undefined)}
              />
            ) : (
              <ReasonForm
                verb="Close it for edits"
                danger
                hint={`Shown to everybody. ${person.name} loses the pen; what was typed is parked.`}
                send={(reason) =>
                  attempt(client.locks.closeEditing(lock.path, reason), "Closed for edits").then(done)
                }
                onClose={() => setDoing(undefined)}
              />
            )}
          </td>
        </tr>
      )}
    </>
  );
}

function Closed({ closure }: { closure: ClosureDoc }) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(10_000);
  const { who } = useNames();
  const waiting = queueOn(room, closure.path);
  return (
    <tr data-testid="closed-row">
      <td>
        <Place {...closure.path} />
      </td>
      <td colSpan={3}>
        <span className={list.who}>
          <Lock size={14} aria-hidden /> Closed by {who(closure.user).name} {ago(closure.since, now)}
        </span>
        <div className={kit.note}>“{closure.reason}”</div>
      </td>
      <td>{waiting.length === 0 ? "nobody" : waiting.map((one) => who(one.user).name).join(", ")}</td>
      <td className={list.do}>
        <Button size="small" onClick={() => void attempt(client.locks.reopen(closure.path))}>
          Open again
        </Button>
      </td>
    </tr>
  );
}

function Place({ object, item }: { object: string; item?: string }) {
  const room = useReadable(useClient().room);
  const { openObject } = useNavigation();
  const { what } = useNames();
  const name = lastSegment(room.objects.get(object)?.name ?? "a deleted object");
  return (
    <button type="button" className={css.place} onClick={() => openObject(object, item)}>
      {name}
      {item !== undefined && (
        <span className={kit.note}>{what({ object, item }).replace(` of ${name}`, "")}</span>
      )}
    </button>
  );
}
