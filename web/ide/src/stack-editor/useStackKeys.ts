import { type RefObject, useEffect } from "react";

import type { Place } from "./edits.ts";
import type { Nodes } from "./node.ts";
import type { Row } from "./outline.ts";
import type { StackActions } from "./useStackActions.ts";

interface StackKeys {
  scroll: RefObject<HTMLDivElement | null>;
  rows: readonly Row[];
  nodes: Nodes;
  selected: string | undefined;
  readOnly: boolean;
  select: (item: string | undefined) => void;
  fold: (item: string) => void;
  add: (place?: Place) => void;
  actions: StackActions;
}

/** Whether a key belongs to a field that somebody types in. */
export function inField(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return Boolean(
    target?.closest("input, textarea, select, [contenteditable='true'], [role='dialog'], [role='menu']"),
  );
}

/** The stack's keys; none of them is taken from somebody who types. */
export function useStackKeys(keys: StackKeys) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || inField(event)) return;
      if (handle(event, keys)) event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [keys]);
}

function handle(event: KeyboardEvent, keys: StackKeys): boolean {
  const { selected, actions, readOnly } = keys;
  const command = event.metaKey || event.ctrlKey;
  const node = selected === undefined ? undefined : keys.nodes.get(selected);
  const editable = node?.kind === "step" && !readOnly;
  switch (event.key) {
    case "/":
      if (command || event.altKey) return false;
      keys.add();
      return true;
    case "ArrowDown":
    case "ArrowUp": {
      if (command) return false;
      const by = event.key === "ArrowDown" ? 1 : -1;
      if (event.altKey) {
        if (editable) actions.nudge(node.id, by);
        return editable;
      }
      return step(keys, by);
    }
    case "ArrowLeft":
    case "ArrowRight":
      if (command || event.altKey || !node || node.children.length === 0) return false;
      keys.fold(node.id);
      return true;
    case "Enter":
      return focusPanel();
    case "Escape":
      actions.finish();
      keys.select(undefined);
      return true;
    case "Backspace":
    case "Delete":
      if (!editable) return false;
      step(keys, 1);
      actions.remove(node.id);
      return true;
    case "d":
      if (!command || !editable) return false;
      actions.duplicate(node.id);
      return true;
    case "z":
    case "Z":
      if (!command || readOnly) return false;
      if (event.shiftKey) actions.redo();
      else actions.undo();
      return true;
    case "y":
      // Where ⇧ is held for something else, redo is on its own key.
      if (!command || readOnly) return false;
      actions.redo();
      return true;
    default:
      return false;
  }
}

/** Selects the next or previous row that can be selected. */
function step({ rows, selected, select }: StackKeys, by: 1 | -1): boolean {
  const at = rows.findIndex((row) => row.key === selected);
  for (let next = at === -1 && by === -1 ? rows.length - 1 : at + by; ; next += by) {
    const row = rows[next];
    if (!row) return at !== -1;
    if (row.kind === "step" || row.kind === "input" || row.kind === "arm" || row.kind === "part") {
      select(row.key);
      return true;
    }
  }
}

/** Puts the caret into the first field of the step panel. */
function focusPanel(): boolean {
  const first = document.querySelector<HTMLElement>(
    "[data-panel='step'] :is([contenteditable='true'], input, textarea, select)",
  );
  first?.focus();
  return first !== null;
}
