import { useCarets } from "@baton/react";

import { person } from "../presence/people.ts";
import css from "./field.module.css";

/** Who is in a field, each in their colour; "Ana types" while keys are pressed. */
export function FieldPeople({ object, item, field }: { object: string; item: string; field: string }) {
  const carets = useCarets(object, item, field);
  const people = new Map<string, { name: string; colour: number; typing: boolean }>();
  for (const { member, typing } of carets) {
    const { name, colour } = person(member.user, member);
    people.set(member.user, { name, colour, typing: typing || (people.get(member.user)?.typing ?? false) });
  }
  if (people.size === 0) return null;
  return (
    <span className={css.people} data-testid="field-people">
      {[...people].map(([user, { name, colour, typing }]) => (
        <span
          key={user}
          className={css.person}
          data-colour={colour}
          data-name={name}
          data-typing={typing}
          title={typing ? `${name} types here` : `${name} is in this field`}
        >
          {name}
          {typing && <i>types…</i>}
        </span>
      ))}
    </span>
  );
}
