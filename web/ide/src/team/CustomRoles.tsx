import { useClient, useReadable } from "@baton/react";
import type { CustomRoleDoc, PermissionTable, Right } from "@baton/sdk";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import { Dialog, Foot } from "../kit/Dialog.tsx";
import { Field } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { areaName, inWords } from "./roles.ts";
import css from "./team.module.css";

const RIGHTS: readonly Right[] = ["view", "edit", "publish", "manage"];

/** The permission table of the server, and the roles that this workspace made for itself. */
export function CustomRoles({ manages }: { manages: boolean }) {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const [table, setTable] = useState<PermissionTable>();
  const [edited, setEdited] = useState<CustomRoleDoc | "new">();
  useEffect(() => void http.permissions().then(setTable, () => {}), [http]);
  const roles = [...room.roles.values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <section className={css.section} aria-label="Roles">
      <div className={css.sectionHead}>
        <h2>Roles</h2>
        {manages && (
          <Button size="small" onClick={() => setEdited("new")}>
            <Plus /> New role
          </Button>
        )}
      </div>
      {table && <Table table={table} />}
      {roles.length > 0 && (
        <ul className={css.list}>
          {roles.map((role) => (
            <li key={role.id} className={css.member}>
              <div className={css.who}>
                <b>{role.name}</b>
                <div className={kit.note}>{inWords(role)}</div>
              </div>
              {manages && (
                <>
                  <IconButton name={`Change ${role.name}`} onClick={() => setEdited(role)}>
                    <Pencil />
                  </IconButton>
                  <IconButton
                    name={`Delete ${role.name}`}
                    onClick={() =>
                      void attempt(http.deleteRole(client.workspace, role.id), `${role.name} is gone`)
                    }
                  >
                    <Trash2 />
                  </IconButton>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {edited && table && (
        <RoleDialog
          role={edited === "new" ? undefined : edited}
          areas={table.areas}
          onClose={() => setEdited(undefined)}
        />
      )}
    </section>
  );
}

function Table({ table }: { table: PermissionTable }) {
  const roles = ["owner", "admin", "developer", "viewer"] as const;
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">May</th>
          {roles.map((role) => (
            <th key={role} scope="col">
              {role}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.actions.map((row) => (
          <tr key={row.action}>
            <th scope="row">{row.words}</th>
            {roles.map((role) => (
              <td key={role}>{row.roles.includes(role) ? "✓" : <span aria-label="no">–</span>}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface RoleDialogProps {
  role: CustomRoleDoc | undefined;
  areas: readonly string[];
  onClose: () => void;
}

/** A role as a table: an area a line, a right a column. Ticking a right ticks what it needs. */
function RoleDialog({ role, areas, onClose }: RoleDialogProps) {
  const client = useClient();
  const { http } = useSurroundings();
  const [name, setName] = useState(role?.name ?? "");
  const [reason, setReason] = useState("");
  const [has, setHas] = useState<Readonly<Record<Right, readonly string[]>>>(
    role ?? { view: areas, edit: [], publish: [], manage: [] },
  );
  const flip = (right: Right, area: string) => {
    const on = !has[right].includes(area);
    const needed = on ? NEEDS[right] : RIGHTS.filter((other) => NEEDS[other].includes(right));
    const change = [right, ...needed];
    setHas(
      Object.fromEntries(
        RIGHTS.map((one) => {
          const rest = has[one].filter((other) => other !== area);
          if (!change.includes(one)) return [one, has[one]];
          return [one, on ? [...rest, area] : rest];
        }),
      ) as Record<Right, readonly string[]>,
    );
  };
  const save = async () => {
    const body = { name: name.trim(), ...has, ...(reason.trim() ? { reason: reason.trim() } : {}) };
    const { view, edit, publish, manage } = has;
    const saved = http.saveRole(client.workspace, { ...body, view, edit, publish, manage }, role?.id);
    if (await attempt(saved, `${body.name} is saved`)) onClose();
  };
  return (
    <Dialog
      wide
      open
      title={role ? `Change ${role.name}` : "New role"}
      onClose={onClose}
      foot={<Foot verb="Save" disabled={name.trim() === ""} onClick={() => void save()} onCancel={onClose} />}
    >
      <Field label="Name" value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Area</th>
            {RIGHTS.map((right) => (
              <th key={right} scope="col" title={MEANS[right]}>
                {right}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {areas.map((area) => (
            <tr key={area}>
              <th scope="row">{areaName(area)}</th>
              {RIGHTS.map((right) => (
                <td key={right}>
                  <input
                    type="checkbox"
                    aria-label={`${right} ${areaName(area)}`}
                    checked={has[right].includes(area)}
                    onChange={() => flip(right, area)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={kit.note}>
        What may not be viewed does not exist for those with this role. Manage means to take pens from their
        holders and to close parts for edits.
      </p>
      {role && (
        <Field
          label="Reason, if you like"
          value={reason}
          maxLength={280}
          hint="Everybody with this role is told; it takes effect at once."
          onChange={(event) => setReason(event.target.value)}
        />
      )}
    </Dialog>
  );
}

/** What a right brings with it. */
const NEEDS: Readonly<Record<Right, readonly Right[]>> = {
  view: [],
  edit: ["view"],
  publish: ["view"],
  manage: ["edit", "view"],
};

const MEANS: Readonly<Record<Right, string>> = {
  view: "See the objects",
  edit: "Hold pens, make, change and delete",
  publish: "Make drafts live",
  manage: "Take pens from their holders, close for edits",
};
