import { useDraggable, useDroppable } from "@dnd-kit/core";
import type { NodeDoc, RoomState } from "@baton/sdk";
import { closureOn, lockOn } from "@baton/sdk";
import { ArrowDown, ArrowUp, Copy, Eye, EyeOff, GripVertical, Plus, Trash2 } from "lucide-react";
import { memo, type ReactNode } from "react";

import { Button } from "../kit/Button.tsx";
import type { MenuEntry } from "../kit/Menu.tsx";
import { closingEntries } from "../locks/closing.tsx";
import { ClosedChip, LockChip } from "../locks/LockChip.tsx";
import type { Person } from "../presence/people.ts";
import type { Catalogue } from "../room/catalogue.ts";
import type { Place } from "./edits.ts";
import { isDisabled, label, type Nodes, title } from "./node.ts";
import type { Row } from "./outline.ts";
import { ArmRow, ArmsRow, InputLine, ItemCard, PartLine, SectionRow, SlotRow } from "./StackRow.tsx";
import { StepCard } from "./StepCard.tsx";
import css from "./stack.module.css";
import type { StackActions } from "./useStackActions.ts";
import type { Landing } from "./useStepDrag.ts";

/** What every row needs to know beside itself. */
export interface RowSurroundings {
  nodes: Nodes;
  catalogue: Catalogue;
  actions: StackActions;
  readOnly: boolean;
  selected: string | undefined;
  looking: ReadonlyMap<string, readonly Person[]>;
  now: number;
  over: Landing | undefined;
  dragged: string | undefined;
  object: string;
  room: RoomState;
  personOf: (user: string) => Person;
  onSelect: (id: string) => void;
  onFold: (id: string) => void;
  onAdd: (place: Place) => void;
}

const SECTIONS = { inputs: "Inputs", stack: "Steps", response: "Response", settings: "Settings" } as const;
const RAIL = 22;

/** One row of the outline, indented, with the rails of the blocks that it stands in. */
export const AnyRow = memo(function AnyRow({ row, all }: { row: Row; all: RowSurroundings }) {
  const depth = "depth" in row ? row.depth : 0;
  const { setNodeRef } = useDroppable({ id: row.key, disabled: !/^(step|arm|slot)$/.test(row.kind) });
  return (
    <div ref={setNodeRef} className={css.indent} style={{ paddingLeft: depth * RAIL }}>
      {Array.from({ length: depth }, (_, level) => (
        <span key={level} className={css.rail} style={{ left: level * RAIL + 10 }} />
      ))}
      <Content row={row} {...all} />
    </div>
  );
});

function Content({ row, ...all }: RowSurroundings & { row: Row }) {
  const over = all.over?.key === row.key ? all.over.side : undefined;
  const pick = (id: string) => ({ selected: all.selected === id, onSelect: () => all.onSelect(id) });
  switch (row.kind) {
    case "section":
      return (
        <SectionRow title={SECTIONS[row.part]} count={row.count} action={sectionAction(row.part, all)} />
      );
    case "step":
      return <Step row={row} side={over} {...all} />;
    case "arm":
      return (
        <ArmRow row={row} over={over} menu={armMenu(row.node, row.removable, all)} {...pick(row.node.id)} />
      );
    case "slot":
      return all.readOnly ? null : (
        <SlotRow row={row} over={over} onAdd={() => all.onAdd({ parent: row.parent, after: row.after })} />
      );
    case "arms":
      return all.readOnly ? null : (
        <ArmsRow rules={row.rules} onAdd={(rule) => all.actions.addArm(row.step, rule)} />
      );
    case "input":
      return (
        <ItemCard
          testId="input"
          item={row.node.id}
          name={`Input ${title(row.node, all.catalogue)}`}
          {...onIt(row.node.id, all)}
          {...pick(row.node.id)}
        >
          <InputLine node={row.node} />
        </ItemCard>
      );
    case "part":
      return (
        <ItemCard
          testId={row.node.kind}
          item={row.node.id}
          name={title(row.node, all.catalogue)}
          {...onIt(row.node.id, all)}
          {...pick(row.node.id)}
        >
          <PartLine node={row.node} />
        </ItemCard>
      );
  }
}

function Step({
  row,
  side,
  ...all
}: RowSurroundings & { row: Extract<Row, { kind: "step" }>; side: "before" | "after" | undefined }) {
  const { node } = row;
  const { setNodeRef, listeners } = useDraggable({ id: row.key, disabled: all.readOnly });

  return (
    <StepCard
      node={node}
      number={row.number}
      label={label(node, all.catalogue)}
      statement={all.catalogue.statements.get(node.word)}
      collapsed={row.collapsed}
      inside={row.inside}
      selected={all.selected === node.id}
      dragged={all.dragged === node.id}
      over={side}
      {...onIt(node.id, all)}
      menu={stepMenu(node, all)}
      grip={
        <span ref={setNodeRef} className={css.grip} {...listeners} aria-hidden title="Drag to move">
          <GripVertical />
        </span>
      }
      onSelect={() => all.onSelect(node.id)}
      onFold={() => all.onFold(node.id)}
    />
  );
}

/** Who holds an item and who looks at it. Who holds it is not an onlooker too. */
function onIt(item: string, { room, object, looking, personOf, now }: RowSurroundings) {
  const found = lockOn(room, { object, item });
  const lock = found?.path.item === item ? found : null;
  const mine = lock?.session === room.session;
  const closure = closureOn(room, { object, item });
  // What is closed with the whole object is said above it.
  const closed = closure?.path.item === item && (
    <ClosedChip closure={closure} name={personOf(closure.user).name} />
  );
  const tabs = lock ? [...room.sessions.values()].filter((one) => one.user === lock.user).length : 0;
  const tab = lock && tabs > 1 ? room.sessions.get(lock.session)?.tab : undefined;
  const chip: ReactNode = lock ? (
    <LockChip lock={lock} person={personOf(lock.user)} mine={mine} now={now} tab={tab} />
  ) : (
    closed
  );
  const held = lock && !mine ? personOf(lock.user).colour : undefined;
  return { chip, held, onlookers: merelyLook(looking.get(item), lock?.user) };
}

const NOBODY: readonly Person[] = [];

function merelyLook(people: readonly Person[] | undefined, holder: string | undefined): readonly Person[] {
  if (!people) return NOBODY;
  return holder === undefined ? people : people.filter((one) => one.user !== holder);
}

function sectionAction(part: string, { readOnly, actions, onSelect }: RowSurroundings): ReactNode {
  if (part !== "inputs" || readOnly) return undefined;
  return (
    <Button look="plain" size="small" onClick={() => onSelect(actions.addInput("inputs", "input"))}>
      <Plus /> Add input
    </Button>
  );
}

function stepMenu(
  node: NodeDoc,
  { actions, readOnly, onAdd, room, object }: RowSurroundings,
): readonly MenuEntry[] {
  if (readOnly) return ["You may look, not edit"];
  return [
    {
      name: "Add step below",
      icon: <Plus />,
      keys: "/",
      onSelect: () => onAdd({ parent: node.parent ?? "stack", after: node.id }),
    },
    { name: "Duplicate", icon: <Copy />, keys: "⌘D", onSelect: () => actions.duplicate(node.id) },
    {
      name: isDisabled(node) ? "Enable" : "Disable",
      icon: isDisabled(node) ? <Eye /> : <EyeOff />,
      onSelect: () => actions.toggle(node),
    },
    null,
    { name: "Move up", icon: <ArrowUp />, keys: "⌥↑", onSelect: () => actions.nudge(node.id, -1) },
    { name: "Move down", icon: <ArrowDown />, keys: "⌥↓", onSelect: () => actions.nudge(node.id, 1) },
    null,
    ...closingEntries(room, { object, item: node.id }),
    { name: "Delete", icon: <Trash2 />, keys: "⌫", danger: true, onSelect: () => actions.remove(node.id) },
  ];
}

function armMenu(node: NodeDoc, removable: boolean, all: RowSurroundings): readonly MenuEntry[] {
  if (all.readOnly) return ["You may look, not edit"];
  const siblings = all.nodes.get(node.parent ?? "")?.children ?? [];
  const at = siblings.indexOf(node.id);
  const same = (other: number) => all.nodes.get(siblings[other] ?? "")?.word === node.word;
  const parent = node.parent ?? "";
  return [
    {
      name: "Add step first",
      icon: <Plus />,
      onSelect: () => all.onAdd({ parent: node.id, after: undefined }),
    },
    {
      name: "Move up",
      icon: <ArrowUp />,
      disabled: !same(at - 1),
      onSelect: () => all.actions.move(node.id, { parent, after: siblings[at - 2] }),
    },
    {
      name: "Move down",
      icon: <ArrowDown />,
      disabled: !same(at + 1),
      onSelect: () => all.actions.move(node.id, { parent, after: siblings[at + 1] }),
    },
    null,
    {
      name: "Delete with its steps",
      icon: <Trash2 />,
      danger: true,
      disabled: !removable,
      onSelect: () => all.actions.remove(node.id),
    },
  ];
}
