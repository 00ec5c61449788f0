import type { ConsoleFigures } from "@baton/sdk";

import kit from "../kit/kit.module.css";
import list from "../kit/list.module.css";
import css from "./console.module.css";
import { bytes } from "./figures.ts";

/** What is stored, and how much there is of what has a bound. */
export function Storage({ figures }: { figures: ConsoleFigures }) {
  const { storage, limits } = figures;
  const stored: readonly (readonly [string, string])[] = [
    ["Database, all workspaces", bytes(storage.database_bytes)],
    ["Operations in the log", storage.operations.toLocaleString()],
    ["Published versions", storage.versions.toLocaleString()],
    ["Records of tables", storage.records.toLocaleString()],
    ["Parked operations", storage.parked.toLocaleString()],
    ["Audit records", storage.audit.toLocaleString()],
  ];
  return (
    <section className={list.section} aria-label="Storage and limits">
      <h2>Storage and limits</h2>
      <table className={list.table}>
        <tbody>
          {stored.map(([name, value]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className={css.number}>{value}</td>
              <td />
            </tr>
          ))}
          {limits.map(({ what, used, most }) => (
            <tr key={what}>
              <td>{words(what)}</td>
              <td className={css.number}>{used.toLocaleString()}</td>
              <td className={kit.note}>of {most.toLocaleString()} at most</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function words(what: string): string {
  const text = what.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
