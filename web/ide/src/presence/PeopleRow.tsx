import { Tip } from "../kit/Tip.tsx";
import { Initials } from "./Initials.tsx";
import type { Person } from "./people.ts";
import css from "./presence.module.css";

interface PeopleRowProps {
  people: readonly Person[];
  me: string;
  /** The list's accessible name. */
  name: string;
  testId: string;
  most?: number;
  size?: "small" | "normal";
  onPick?: (person: Person) => void;
}

/** People side by side; who does not fit is counted. */
export function PeopleRow({ people, me, name, testId, most = 5, size = "normal", onPick }: PeopleRowProps) {
  const shown = people.length > most ? people.slice(0, most - 1) : people;
  const rest = people.slice(shown.length);
  return (
    <ul className={css.row} aria-label={name} data-testid={testId}>
      {shown.map((person) => (
        <li key={person.user}>
          <Tip text={sentence(person, me)}>
            <button
              type="button"
              data-testid="person"
              data-name={person.name}
              aria-label={sentence(person, me)}
              disabled={!onPick || person.user === me}
              onClick={() => onPick?.(person)}
            >
              <Initials person={person} size={size} />
            </button>
          </Tip>
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <Tip text={rest.map((person) => person.name).join(", ")}>
            <span className={css.more}>+{rest.length}</span>
          </Tip>
        </li>
      )}
    </ul>
  );
}

function sentence(person: Person, me: string): string {
  const who = person.user === me ? `${person.name} (you)` : person.name;
  if (person.fading) return `${who}, reconnecting`;
  return person.editing ? `${who}, editing` : who;
}
