import { useClient, useReadable } from "@baton/react";
import { type ChangeDoc, type CollisionDoc, type ObstacleDoc, recordOf } from "@baton/sdk";
import { useEffect, useState } from "react";

import { Marked } from "../kit/Words.tsx";
import { person } from "../presence/people.ts";
import { useCatalogue, useStack } from "../room/Surroundings.tsx";
import { title as titleOf } from "../stack-editor/node.ts";
import css from "./history.module.css";

const WHY: Readonly<Record<ObstacleDoc, string>> = {
  changed: "was changed since",
  moved: "was moved since",
  built_upon: "was edited since",
  gone: "is not there any more",
  locked: "is held by a colleague",
  creation: "made this object and cannot be taken back",
};

/** Changes that are listed; the rest is counted. */
const LISTED = 50;
/** Places of one change that are listed. */
const PLACES = 5;

/** What others did later, by the change that it stands on: each may be told to give way. */
export function LaterWork({
  object,
  places,
  over,
  onOver,
}: {
  object: string;
  places: readonly CollisionDoc[];
  over: ReadonlySet<number>;
  onOver: (over: ReadonlySet<number>) => void;
}) {
  const groups = byChange(places);
  const all = groups.every(([change]) => over.has(change));
  const wordsOf = useChanges(object, places);
  return (
    <section className={css.findings} aria-label="Later work">
      <h3>Later work stands here. Tick what shall give way; the rest stays.</h3>
      {groups.length > 1 && (
        <label className={css.finding}>
          <input
            type="checkbox"
            checked={all}
            onChange={() => onOver(new Set(all ? [] : groups.map(([change]) => change)))}
          />
          <span>All of it</span>
        </label>
      )}
      {groups.slice(0, LISTED).map(([change, ofChange]) => (
        <label key={change} className={css.finding}>
          <input
            type="checkbox"
            checked={over.has(change)}
            onChange={() => {
              const next = new Set(over);
              if (!next.delete(change)) next.add(change);
              onOver(next);
            }}
          />
          <Places change={change} places={ofChange} wordsOf={wordsOf} />
        </label>
      ))}
      <More count={groups.length - LISTED} />
    </section>
  );
}

/** What cannot be taken back whatever is decided. */
export function WillBeLeft({ object, places }: { object: string; places: readonly CollisionDoc[] }) {
  const groups = byChange(places);
  const wordsOf = useChanges(object, places);
  return (
    <section className={css.findings} aria-label="Cannot be taken back">
      <h3>Will be left</h3>
      {groups.slice(0, LISTED).map(([change, ofChange]) => (
        <div key={change} className={css.finding}>
          <span aria-hidden>·</span>
          <Places change={change} places={ofChange} wordsOf={wordsOf} />
        </div>
      ))}
      <More count={groups.length - LISTED} />
    </section>
  );
}

function byChange(places: readonly CollisionDoc[]): [number, CollisionDoc[]][] {
  const groups = new Map<number, CollisionDoc[]>();
  for (const place of places) {
    const group = groups.get(place.change);
    if (group) group.push(place);
    else groups.set(place.change, [place]);
  }
  return [...groups];
}

function More({ count }: { count: number }) {
  return count > 0 ? <p className={css.reason}>and {count.toLocaleString()} more</p> : null;
}

function Places({
  change,
  places,
  wordsOf,
}: {
  change: number;
  places: readonly CollisionDoc[];
  wordsOf: ReadonlyMap<number, ChangeDoc>;
}) {
  const { members } = useReadable(useClient().room);
  return (
    <span>
      <Marked>{wordsOf.get(change)?.words ?? `Change ${change}`}</Marked>
      {places.slice(0, PLACES).map((place) => {
        const by = wordsOf.get(place.by ?? 0);
        const who = place.holder ?? by?.user;
        return (
          <span key={`${place.item} ${place.field}`} className={css.place}>
            <ItemTitle item={place.item} /> {place.field && <code>{place.field.replace("@", "")}</code>}{" "}
            {WHY[place.why]}
            {who && ` by ${person(who, members.get(who)).name}`}
            {by && place.why !== "locked" && (
              <>
                : <Marked>{by.words}</Marked>
              </>
            )}
          </span>
        );
      })}
      <More count={places.length - PLACES} />
    </span>
  );
}

/** What an item is called; a record has no name of its own. `inside` a sentence or at its beginning. */
export function ItemTitle({ item, inside = false }: { item: string | undefined; inside?: boolean }) {
  const catalogue = useCatalogue();
  const node = useStack()?.tree.get(item ?? "");
  if (node) return <>{titleOf(node, catalogue)}</>;
  const words = item === "records" ? "the file" : recordOf(item) === undefined ? "it" : "a record";
  return <>{inside ? words : words.charAt(0).toUpperCase() + words.slice(1)}</>;
}

/** The changes that the places are about, from the replica or, where it does not hold them, from the log. */
function useChanges(object: string, places: readonly CollisionDoc[]): ReadonlyMap<number, ChangeDoc> {
  const client = useClient();
  const held = useStack()?.changes;
  const [fetched, setFetched] = useState<ReadonlyMap<number, ChangeDoc>>(new Map());
  const known = new Map([...fetched, ...(held ?? []).map((one) => [one.number, one] as const)]);
  const wanted = new Set(
    places.flatMap((place) => (place.by === undefined ? [place.change] : [place.change, place.by])),
  );
  const missing = [...wanted].filter((number) => !known.has(number)).slice(0, LISTED);
  const key = missing.join(" ");
  useEffect(() => {
    if (key === "") return undefined;
    let late = false;
    const ask = (number: string) => client.http.change(client.workspace, object, Number(number));
    void Promise.allSettled(key.split(" ").map(ask)).then((answers) => {
      if (late) return;
      const found = answers.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      setFetched((was) => new Map([...was, ...found.map((one) => [one.number, one] as const)]));
    });
    return () => {
      late = true;
    };
  }, [client, object, key]);
  return known;
}
