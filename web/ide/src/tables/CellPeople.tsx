import { type Caret, placeIn, useCarets } from "@baton/react";

import { person, type Person } from "../presence/people.ts";
import css from "./grid.module.css";

interface CellPeopleProps {
  object: string;
  item: string;
  field: string;
  /** Whose name stands at the cell. */
  person: Person;
  /** What the cell shows, if that is the text that is typed in it. */
  text: string | undefined;
}

/** The colleague on a cell: their name, whether they type, and where in the text. */
export function CellPeople({ object, item, field, person, text }: CellPeopleProps) {
  const carets = useCarets(object, item, field);
  const typing = carets.some((caret) => caret.typing && caret.member.user === person.user);
  return (
    <>
      {text !== undefined &&
        carets.map((caret) => <CellCaret key={caret.session} caret={caret} text={text} />)}
      <span
        className={css.flag}
        data-testid="cell-flag"
        data-typing={typing}
        aria-label={typing ? `${person.name} types in this cell` : `${person.name} is on this cell`}
      >
        {person.name}
        {typing && <i> types…</i>}
      </span>
    </>
  );
}

/** A copy of the cell's text, unseen, in which a caret and a selection stand. */
function CellCaret({ caret: { cursor, member }, text }: { caret: Caret; text: string }) {
  if (!cursor) return null;
  const head = placeIn(cursor.head, cursor.length, text.length);
  const anchor = placeIn(cursor.anchor, cursor.length, text.length);
  const [from, to] = [Math.min(head, anchor), Math.max(head, anchor)];
  const line = <span className={css.caret} data-testid="remote-caret" data-name={member.name} />;
  return (
    <span aria-hidden className={css.copy} data-colour={person(member.user, member).colour}>
      <span>
        {text.slice(0, from)}
        {head < anchor && line}
        {from < to && <mark data-testid="remote-selection">{text.slice(from, to)}</mark>}
        {head >= anchor && line}
        {text.slice(to)}
      </span>
    </span>
  );
}
