import { EllipsisVertical, Plus, Settings2 } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "../kit/Button.tsx";
import { Keys } from "../kit/Words.tsx";
import { Menu, type MenuEntry } from "../kit/Menu.tsx";
import type { Person } from "../presence/people.ts";
import type { ArmRule } from "../room/catalogue.ts";
import {
  armTitle,
  DEFAULT,
  description,
  field,
  firstLine,
  LIST,
  NAME,
  NULLABLE,
  OPTIONAL,
  SUBJECT,
  TYPE,
  VALUE,
} from "./node.ts";
import type { Row } from "./outline.ts";
import { Onlookers } from "./StepCard.tsx";
import css from "./stack.module.css";

interface Picked {
  selected: boolean;
  onSelect: () => void;
}

/** The head of a part of the object. */
export function SectionRow({ title, count, action }: { title: string; count?: number; action?: ReactNode }) {
  return (
    <div className={css.section}>
      <h2 className={css.sectionTitle}>{title}</h2>
      {count !== undefined && count > 0 && <span className={css.sectionCount}>{count}</span>}
      {action}
    </div>
  );
}

/** An arm: its word, its condition, and what one can do with it. */
export function ArmRow({
  row,
  menu,
  over,
  selected,
  onSelect,
}: Picked & { row: Extract<Row, { kind: "arm" }>; menu: readonly MenuEntry[]; over: string | undefined }) {
  const subject = field(row.node, SUBJECT);
  return (
    <div
      className={css.arm}
      role="option"
      aria-selected={selected}
      data-testid="arm"
      data-item={row.node.id}
      data-selected={selected}
      data-over={over}
      onClick={onSelect}
    >
      <span className={css.armWord}>{armTitle(row.node)}</span>
      {subject && <span className={css.main}>{firstLine(subject)}</span>}
      <span className={css.more} onClick={(event) => event.stopPropagation()}>
        <Menu
          entries={menu}
          trigger={
            <button type="button" aria-label={`Actions of ${armTitle(row.node)}`} className={css.dots}>
              <EllipsisVertical size={15} />
            </button>
          }
        />
      </span>
    </div>
  );
}

/** The end of an arm or of the stack, where a step can be added. */
export function SlotRow({
  row,
  over,
  onAdd,
}: {
  row: Extract<Row, { kind: "slot" }>;
  over: string | undefined;
  onAdd: () => void;
}) {
  if (row.empty && row.parent === "stack") {
    return (
      <div className={css.bigEmpty} data-over={over}>
        No steps yet: press <Keys>/</Keys> to add one
        <Button size="small" onClick={onAdd}>
          <Plus /> Add step
        </Button>
      </div>
    );
  }
  return (
    <div className={css.slot} data-over={over}>
      <button type="button" className={css.add} onClick={onAdd}>
        <Plus /> Add step
      </button>
    </div>
  );
}

/** Where arms can be added: else if, case … */
export function ArmsRow({ rules, onAdd }: { rules: readonly ArmRule[]; onAdd: (rule: ArmRule) => void }) {
  return (
    <div className={css.slot}>
      {rules.map((rule) => (
        <button key={rule.keyword} type="button" className={css.add} onClick={() => onAdd(rule)}>
          <Plus /> {armWord(rule.keyword)}
        </button>
      ))}
    </div>
  );
}

const armWord = (word: string) => (word === "elseif" ? "else if" : word);

interface ItemProps extends Picked {
  children: ReactNode;
  item: string;
  testId: string;
  held: number | undefined;
  onlookers: readonly Person[];
  chip: ReactNode;
  name: string;
}

/** A card that is no step: an input, a table field, the response, the settings. */
export function ItemCard({
  children,
  item,
  testId,
  held,
  onlookers,
  chip,
  name,
  selected,
  onSelect,
}: ItemProps) {
  return (
    <div
      className={css.card}
      style={{ paddingLeft: 12 }}
      role="option"
      aria-selected={selected}
      aria-label={name}
      data-testid={testId}
      data-item={item}
      data-selected={selected}
      data-held={held !== undefined}
      data-colour={held}
      onClick={onSelect}
    >
      <div className={css.body}>
        <div className={css.line}>{children}</div>
      </div>
      <div className={css.aside}>{chip}</div>
      <Onlookers people={onlookers} />
    </div>
  );
}

/** An input in one line: name, type, what it may be, default, description. */
export function InputLine({ node }: { node: Extract<Row, { kind: "input" }>["node"] }) {
  const told = description(node);
  const fallback = field(node, DEFAULT);
  return (
    <>
      <span className={css.label}>{field(node, NAME)}</span>
      <span className={css.main} style={{ color: "var(--muted)" }}>
        {field(node, TYPE)}
        {field(node, LIST) === "true" && "[]"}
      </span>
      {field(node, NULLABLE) && <span className={css.tag}>nullable</span>}
      {field(node, OPTIONAL) === "true" && <span className={css.tag}>optional</span>}
      {fallback !== undefined && (
        <span className={css.rest} style={{ flex: "none" }}>
          = {firstLine(fallback)}
        </span>
      )}
      <span className={css.told} style={{ flex: 1 }}>
        {told}
      </span>
    </>
  );
}

/** The response or the settings in one line. */
export function PartLine({ node }: { node: Extract<Row, { kind: "part" }>["node"] }) {
  if (node.kind === "response") {
    const value = field(node, VALUE);
    return value ? (
      <span className={css.main}>{firstLine(value)}</span>
    ) : (
      <span className={css.told}>Nothing is returned</span>
    );
  }
  const shown = node.fields.filter((one) => one.name !== NAME && !one.name.startsWith("@comment"));
  return (
    <>
      <span className={css.icon} style={{ alignSelf: "center" }}>
        <Settings2 aria-hidden />
      </span>
      <span className={css.rest} style={{ flex: 1 }}>
        {shown.length === 0
          ? "Name, description and the rest"
          : shown.map((one) => `${one.name.replace("@", "")} ${firstLine(one.text)}`).join(" · ")}
      </span>
    </>
  );
}
