import { useClient, useReadable } from "@baton/react";
import { asBatonError, type TableUse } from "@baton/sdk";
import { useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Initials } from "../presence/Initials.tsx";
import { people } from "../presence/people.ts";
import { useNavigation } from "../shell/navigation.ts";
import css from "./grid.module.css";

interface Uses {
  uses: readonly TableUse[];
  more: boolean;
}

function useUses(object: string, field: string): Uses | string | undefined {
  const client = useClient();
  const [found, setFound] = useState<Uses | string>();
  useEffect(() => {
    let late = false;
    client.http.tableUses(client.workspace, object, field).then(
      (uses) => !late && setFound(uses),
      (thrown: unknown) => !late && setFound(asBatonError(thrown).title),
    );
    return () => {
      late = true;
    };
  }, [client, object, field]);
  return found;
}

/** The steps that work on a table, those that name a field of it first, and who is on them. */
export function FieldUses({ object, field }: { object: string; field: string }) {
  const found = useUses(object, field);
  const room = useReadable(useClient().room);
  const { openObject } = useNavigation();
  if (found === undefined) return <p className={css.note}>Looking for stacks that use it…</p>;
  if (typeof found === "string") return <p className={css.note}>{found}</p>;
  const named = found.uses.filter((one) => one.names_field);
  if (named.length === 0) {
    const others = found.uses.length;
    const words =
      others === 0 ? "No stack uses this table." : `No step names it; ${others} work on the table.`;
    return <p className={css.note}>{words}</p>;
  }
  return (
    <ul className={css.uses} data-testid="field-uses">
      {named.map((one) => {
        const here = people(
          room,
          (at) => at.object === one.object && (at.item === one.item || at.item === undefined),
          one.object,
        );
        return (
          <li key={`${one.object} ${one.item}`}>
            <button type="button" onClick={() => openObject(one.object, one.item)}>
              <b>{one.name}</b> {one.title}
            </button>
            {here.map((person) => (
              <span key={person.user} title={`${person.name} is there`}>
                <Initials person={person} size="tiny" />
              </span>
            ))}
          </li>
        );
      })}
      {found.more && <li>and more</li>}
    </ul>
  );
}

interface DeleteFieldProps {
  object: string;
  field: string;
  name: string;
  onDelete: () => void;
  onClose: () => void;
}

/** Asks before a field is deleted, and shows what would miss it. */
export function DeleteField({ object, field, name, onDelete, onClose }: DeleteFieldProps) {
  return (
    <div onClick={(event) => event.stopPropagation()}>
      <Dialog
        title={`Delete the field “${name}”?`}
        open
        onClose={onClose}
        foot={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="danger"
              onClick={() => {
                onDelete();
                onClose();
              }}
            >
              Delete field
            </Button>
          </>
        }
      >
        <FieldUses object={object} field={field} />
        <p className={css.note}>
          Its values stay with their records, unseen: reverting the deletion brings the field and all of them
          back.
        </p>
      </Dialog>
    </div>
  );
}
