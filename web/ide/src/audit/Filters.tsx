import type { MemberDoc } from "@baton/sdk";

import kit from "../kit/kit.module.css";
import css from "./audit.module.css";
import { type AuditFilter, KINDS } from "./records.ts";

/** What is looked for. */
export function Filters(props: {
  filter: AuditFilter;
  members: Iterable<Pick<MemberDoc, "user" | "name">>;
  onChange: (filter: AuditFilter) => void;
}) {
  const { filter, onChange } = props;
  const members = [...props.members].map(({ user, name }) => [user, name] as const);
  const input = (part: keyof AuditFilter) => ({
    className: kit.input,
    value: filter[part],
    onChange: (event: { target: { value: string } }) => onChange({ ...filter, [part]: event.target.value }),
  });
  return (
    <div className={css.filters}>
      <input {...input("text")} aria-label="Search the audit log" placeholder="Search in all fields" />
      <select {...input("action")} aria-label="What was done">
        <Choices all="Everything" of={KINDS} />
      </select>
      <select {...input("user")} aria-label="By whom">
        <Choices all="Anybody" of={members} />
      </select>
      <input {...input("since")} type="date" aria-label="Not before" />
    </div>
  );
}

function Choices({ all, of }: { all: string; of: readonly (readonly [value: string, name: string])[] }) {
  return (
    <>
      <option value="">{all}</option>
      {of.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </>
  );
}
