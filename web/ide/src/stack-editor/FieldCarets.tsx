/** Colleagues' carets over a plain input: a copy of its text, unseen, in which they stand. */
import { type Caret, placeIn } from "@baton/react";
import { type RefObject, useEffect, useRef } from "react";

import { person } from "../presence/people.ts";
import kit from "../kit/kit.module.css";
import css from "./field.module.css";

interface FieldCaretsProps {
  carets: readonly Caret[];
  /** What the input shows. */
  text: string;
  /** From a position in the field's source to one in what is shown. */
  shown: (position: number) => number;
  /** Length of the field's source. */
  length: number;
  /** One line, or several. */
  tall: boolean;
  input: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
}

/** Nothing if nobody is there. */
export function FieldCarets(props: FieldCaretsProps) {
  const placed = props.carets.filter((caret) => caret.cursor);
  return placed.length === 0 ? null : <Copies {...props} carets={placed} />;
}

function Copies({ carets, text, shown, length, tall, input }: FieldCaretsProps) {
  const copies = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = input.current;
    if (!box) return undefined;
    const along = () => {
      for (const copy of copies.current?.children ?? []) {
        copy.scrollLeft = box.scrollLeft;
        copy.scrollTop = box.scrollTop;
      }
    };
    along();
    box.addEventListener("scroll", along);
    return () => box.removeEventListener("scroll", along);
  });
  return (
    <div ref={copies} aria-hidden className={css.copies}>
      {carets.map(({ session, member, cursor, typing }) => {
        if (!cursor) return null;
        const head = shown(placeIn(cursor.head, cursor.length, length));
        const anchor = shown(placeIn(cursor.anchor, cursor.length, length));
        const [from, to] = [Math.min(head, anchor), Math.max(head, anchor)];
        const line = (
          <span
            className={css.caret}
            data-testid="remote-caret"
            data-name={member.name}
            data-typing={typing}
          />
        );
        return (
          <div
            key={session}
            className={`${kit.input} ${css.copy}`}
            data-tall={tall}
            data-colour={person(member.user, member).colour}
          >
            {text.slice(0, from)}
            {head < anchor && line}
            <mark data-testid={from === to ? undefined : "remote-selection"}>{text.slice(from, to)}</mark>
            {head >= anchor && line}
            {text.slice(to)}
          </div>
        );
      })}
    </div>
  );
}
