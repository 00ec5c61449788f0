import { useClient, useReadable } from "@baton/react";

import { Keys } from "../kit/Words.tsx";
import css from "./shell.module.css";

const KEYS: readonly (readonly [string, string])[] = [
  ["⌘K", "Everything"],
  ["/", "Add a step"],
  ["↑ ↓", "Move through the stack"],
  ["⌥↑ ⌥↓", "Move the step"],
  ["↵", "Edit the step"],
  ["C", "Chat"],
  ["H", "Changes"],
];

/** The page before something is open. */
export function Home() {
  const room = useReadable(useClient().room);
  return (
    <div className={css.home}>
      <h1>{room.name}</h1>
      <p>
        {room.objects.size === 0
          ? "Nothing here yet: add or import something on the left."
          : "Pick something on the left."}
      </p>
      <dl>
        {KEYS.map(([keys, words]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>
              <Keys>{keys}</Keys>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
