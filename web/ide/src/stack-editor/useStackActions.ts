import { lockOn, type NodeDoc, type OpDoc } from "@baton/sdk";
import { useClient } from "@baton/react";
import { useMemo } from "react";

import { attempt, tell } from "../notifications/tell.ts";
import type { ArmRule, Statement } from "../room/catalogue.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { move, newArm, newInput, newStep, nudge, type Place } from "./edits.ts";
import { isDisabled, type Nodes } from "./node.ts";

/** What one can do to the open stack's shape. Refusals are told in the corner. */
export interface StackActions {
  addStep: (statement: Statement, place: Place) => string;
  addArm: (step: NodeDoc, rule: ArmRule) => void;
  addInput: (parent: string, word: string) => string;
  move: (item: string, place: Place) => void;
  nudge: (item: string, by: -1 | 1) => void;
  duplicate: (item: string) => void;
  toggle: (node: NodeDoc) => void;
  remove: (item: string) => void;
  undo: () => void;
  /** Gives back what one holds here, once it is saved. */
  finish: () => void;
}

export function useStackActions(): StackActions {
  const client = useClient();
  const catalogue = useCatalogue();
  return useMemo(() => {
    const { editing } = client;
    const tree = (): Nodes => client.stack.get()?.tree ?? new Map();
    const apply = (op: OpDoc | undefined) => {
      if (op?.op === "insert") void attempt(editing.insert(op.parent, op.after, op.seeds));
      if (op?.op === "move") void attempt(editing.move(op.item, op.parent, op.after));
    };
    const copy = async (item: string) => {
      await editing.duplicate(item);
      const room = client.room.get();
      const lock = lockOn(room, { object: client.stack.get()?.object ?? "", item });
      if (!lock || lock.session === room.session) return;
      const name = room.members.get(lock.user)?.name ?? "A colleague";
      tell({ tone: "plain", title: "Copied as it was last saved", text: `${name} is editing the original.` });
    };
    return {
      addStep(statement, place) {
        const { id, op } = newStep(statement, place);
        apply(op);
        return id;
      },
      addArm: (step, rule) =>
        apply(newArm(tree(), step, catalogue.statements.get(step.word)?.arms ?? [rule], rule)),
      addInput(parent, word) {
        const { id, op } = newInput(tree(), parent, word);
        apply(op);
        return id;
      },
      move: (item, place) => apply(move(tree(), item, place)),
      nudge: (item, by) => apply(nudge(tree(), item, by)),
      duplicate: (item) => void attempt(copy(item)),
      toggle: (node) => void attempt(editing.set(node.id, "disabled", isDisabled(node) ? null : "true")),
      remove: (item) => void attempt(editing.remove(item)),
      undo: () => void attempt(editing.undo()),
      finish: () => void attempt(editing.finish()),
    };
  }, [client, catalogue]);
}
