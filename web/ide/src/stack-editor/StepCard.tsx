import type { NodeDoc } from "@baton/sdk";
import { ChevronDown, EllipsisVertical } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../kit/Button.tsx";
import { Menu, type MenuEntry } from "../kit/Menu.tsx";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import type { Statement } from "../room/catalogue.ts";
import { StepIcon } from "./groups.tsx";
import { description, field, isDisabled, isUnknown, preview, RESULT, SOURCE, firstLine } from "./node.ts";
import css from "./stack.module.css";

export interface StepCardProps {
  node: NodeDoc;
  number: string;
  label: string;
  statement: Statement | undefined;
  collapsed: boolean;
  inside: number;
  selected: boolean;
  dragged: boolean;
  over: "before" | "after" | undefined;
  onlookers: readonly Person[];
  /** Colour of the colleague who holds it. */
  held: number | undefined;
  chip: ReactNode;
  menu: readonly MenuEntry[];
  /** What it is dragged by. */
  grip: ReactNode;
  onSelect: () => void;
  onFold: () => void;
}

/** One step, one line: what it is, the one parameter that matters, and who is on it. */
export function StepCard(props: StepCardProps) {
  const { node, statement, selected, held } = props;
  const told = description(node);
  const result = field(node, RESULT);
  const { main, rest } = isUnknown(node)
    ? { main: "", rest: firstLine(field(node, SOURCE) ?? "") }
    : preview(node, statement);
  return (
    <div
      className={css.card}
      role="option"
      aria-selected={selected}
      aria-label={`${props.number} ${props.label} ${main}`.trim()}
      data-testid="step"
      data-item={node.id}
      data-selected={selected}
      data-disabled={isDisabled(node)}
      data-held={held !== undefined}
      data-colour={held}
      data-over={props.over}
      data-dragged={props.dragged}
      onClick={props.onSelect}
    >
      {props.grip}
      <span className={css.number}>{props.number}</span>
      {node.children.length > 0 && (
        <IconButton
          name={props.collapsed ? "Expand" : "Collapse"}
          className={css.fold}
          aria-expanded={!props.collapsed}
          onClick={(event) => {
            event.stopPropagation();
            props.onFold();
          }}
        >
          <ChevronDown />
        </IconButton>
      )}
      <span className={css.icon}>
        <StepIcon word={node.word} group={statement?.group} />
      </span>
      <div className={css.body}>
        <div className={css.line}>
          <span className={css.label}>{props.label}</span>
          {main && <span className={css.main}>{main}</span>}
          {rest && <span className={css.rest}>{rest}</span>}
        </div>
        {told && <div className={css.told}>{told}</div>}
      </div>
      <div className={css.aside}>
        {props.collapsed && <span className={css.tag}>{steps(props.inside)}</span>}
        {isUnknown(node) && (
          <span
            className={css.tag}
            data-tone="warn"
            title="The catalogue does not know it; it is kept as it stands."
          >
            unknown
          </span>
        )}
        {isDisabled(node) && <span className={css.tag}>off</span>}
        {result && <span className={css.result}>{result}</span>}
        {props.chip}
        <span onClick={(event) => event.stopPropagation()}>
          <Menu
            entries={props.menu}
            trigger={
              <button
                type="button"
                aria-label={`Actions of step ${props.number}`}
                className={`${css.more} ${css.dots}`}
              >
                <EllipsisVertical size={15} />
              </button>
            }
          />
        </span>
      </div>
      <Onlookers people={props.onlookers} />
    </div>
  );
}

/** Initials at the border of those who merely look. */
export function Onlookers({ people }: { people: readonly Person[] }) {
  if (people.length === 0) return null;
  return (
    <span className={css.onlookers}>
      {people.slice(0, 2).map((person) => (
        <span
          key={person.user}
          className={css.onlooker}
          data-testid="onlooker"
          data-name={person.name}
          title={`${person.name} is here`}
        >
          <Initials person={person} size="small" />
        </span>
      ))}
    </span>
  );
}

const steps = (count: number) => (count === 1 ? "1 step" : `${count} steps`);
