import type { ComponentProps } from "react";

import type { Person } from "./people.ts";
import css from "./presence.module.css";

interface InitialsProps extends ComponentProps<"span"> {
  person: Pick<Person, "initials" | "colour" | "editing" | "fading"> &
    Partial<Pick<Person, "avatar" | "status">>;
  size?: "tiny" | "small" | "normal" | "large";
}

/** A person's initials in their colour: a ring means editing, faded means reconnecting. */
export function Initials({ person, size = "normal", className = "", ...rest }: InitialsProps) {
  return (
    <span
      {...rest}
      className={`${css.initials} ${css[size]} ${className}`}
      data-colour={person.colour}
      data-editing={person.editing}
      data-fading={person.fading}
      data-status={person.status}
    >
      {person.avatar || person.initials}
    </span>
  );
}
