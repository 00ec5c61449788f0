import { lockOn, type NodeDoc, type StackState } from "@baton/sdk";
import { ArrowDown, ArrowUp, EllipsisVertical, KeyRound, Plus, Table2, Trash2 } from "lucide-react";

import { type ReactNode, useRef } from "react";

import { Button } from "../kit/Button.tsx";
import { Menu } from "../kit/Menu.tsx";
import { Empty } from "../kit/Words.tsx";
import { LockChip } from "../locks/LockChip.tsx";
import { byItem, person } from "../presence/people.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { useScrolled } from "../presence/useScrolled.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import {
  DEFAULT,
  description,
  field,
  FILTERS,
  LIST,
  NAME,
  NULLABLE,
  OPTIONAL,
  TYPE,
} from "../stack-editor/node.ts";
import { inputRows } from "../stack-editor/outline.ts";
import { Onlookers } from "../stack-editor/StepCard.tsx";
import { useStackActions } from "../stack-editor/useStackActions.ts";
import { PartLine } from "../stack-editor/StackRow.tsx";
import css from "./tables.module.css";

/** A table: its fields as rows, with presence and locks on each as on steps, then settings and indexes. */
export function TableView({ stack, readOnly }: { stack: StackState; readOnly: boolean }) {
  const { place, select } = useNavigation();
  const actions = useStackActions();
  const rows = inputRows(stack.tree);
  const settings = stack.tree.get("settings");
  const scroll = useRef<HTMLDivElement>(null);
  useScrolled(scroll, stack.object, showRow);
  return (
    <div className={css.scroll} ref={scroll}>
      <div className={css.page}>
        <div className={css.head}>
          <h2>Fields</h2>
          <span className={css.count}>{rows.length}</span>
          {!readOnly && (
            <Button size="small" look="plain" onClick={() => select(actions.addInput("inputs", "field"))}>
              <Plus /> Add field
            </Button>
          )}
        </div>
        {rows.length === 0 ? (
          <Empty icon={<Table2 />} title="No fields yet">
            Add one to begin.
          </Empty>
        ) : (
          <div className={css.table} role="listbox" aria-label="Fields">
            <div className={css.columns} aria-hidden>
              <span>Name</span>
              <span>Type</span>
              <span>Description</span>
            </div>
            {rows.map(({ node, depth }) => (
              <FieldRow
                key={node.id}
                node={node}
                depth={depth}
                stack={stack}
                readOnly={readOnly}
                selected={place.item === node.id}
                onSelect={() => select(node.id)}
              />
            ))}
          </div>
        )}
        {settings && (
          <>
            <div className={css.head}>
              <h2>Settings and indexes</h2>
            </div>
            <ItemRow
              item="settings"
              stack={stack}
              testId="settings"
              selected={place.item === "settings"}
              onSelect={() => select("settings")}
            >
              <div className={css.settings}>
                <PartLine node={settings} />
              </div>
            </ItemRow>
          </>
        )}
      </div>
    </div>
  );
}

function showRow(item: string) {
  document.querySelector(`[data-item="${CSS.escape(item)}"]`)?.scrollIntoView({ block: "start" });
}

interface RowProps {
  item: string;
  stack: StackState;
  testId: string;
  selected: boolean;
  onSelect: () => void;
  children: ReactNode;
}

function ItemRow({ item, stack, testId, selected, onSelect, children }: RowProps) {
  const room = usePlaces();
  const now = useServerNow(5000);
  const lock = lockOn(room, { object: stack.object, item });
  const holder = lock && person(lock.user, room.members.get(lock.user));
  const mine = lock?.session === room.session;
  const looking = (byItem(room, stack.object, room.user).get(item) ?? []).filter(
    (one) => one.user !== lock?.user,
  );
  return (
    <div
      className={css.row}
      role="option"
      aria-selected={selected}
      data-testid={testId}
      data-item={item}
      data-selected={selected}
      data-held={Boolean(lock) && !mine}
      data-colour={holder?.colour}
      onClick={onSelect}
    >
      {children}
      {lock && holder && <LockChip lock={lock} person={holder} mine={mine} now={now} />}
      <Onlookers people={looking} />
    </div>
  );
}

interface FieldRowProps {
  node: NodeDoc;
  depth: number;
  stack: StackState;
  readOnly: boolean;
  selected: boolean;
  onSelect: () => void;
}

function FieldRow({ node, depth, stack, readOnly, selected, onSelect }: FieldRowProps) {
  const actions = useStackActions();
  const fallback = field(node, DEFAULT);
  const filters = field(node, FILTERS);
  const name = field(node, NAME) ?? "";
  return (
    <ItemRow item={node.id} stack={stack} testId="field" selected={selected} onSelect={onSelect}>
      <span className={css.name} style={{ paddingLeft: depth * 18 }}>
        {name === "id" && depth === 0 && <KeyRound size={13} aria-label="primary key" />}
        {name}
      </span>
      <span className={css.type}>
        {field(node, TYPE)}
        {field(node, LIST) === "true" && "[]"}
        {field(node, NULLABLE) && <i>nullable</i>}
        {field(node, OPTIONAL) === "true" && <i>optional</i>}
        {fallback !== undefined && <i>= {fallback}</i>}
        {filters !== undefined && <i>{filters}</i>}
      </span>
      <span className={css.told}>{description(node)}</span>
      {!readOnly && (
        <span className={css.more} onClick={(event) => event.stopPropagation()}>
          <Menu
            trigger={
              <button type="button" aria-label={`Actions of ${name}`}>
                <EllipsisVertical size={15} />
              </button>
            }
            entries={[
              { name: "Move up", icon: <ArrowUp />, onSelect: () => actions.nudge(node.id, -1) },
              { name: "Move down", icon: <ArrowDown />, onSelect: () => actions.nudge(node.id, 1) },
              null,
              { name: "Delete", icon: <Trash2 />, danger: true, onSelect: () => actions.remove(node.id) },
            ]}
          />
        </span>
      )}
    </ItemRow>
  );
}
