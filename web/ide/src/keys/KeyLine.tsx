import { useClient, useReadable } from "@baton/react";
import type { KeyRow, KeyScope } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog, Foot } from "../kit/Dialog.tsx";
import kit from "../kit/kit.module.css";
import list from "../kit/list.module.css";
import { ago } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import css from "./keys.module.css";
import { beginning, ending, stillDoes } from "./words.ts";

interface KeyLineProps {
  row: KeyRow;
  scopes: readonly KeyScope[];
  onRevoked: () => void;
}

/** A key: what it is for, whose it is, and how to end it. */
export function KeyLine({ row, scopes, onRevoked }: KeyLineProps) {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const { who } = useNames();
  const now = useServerNow(30_000);
  const [asked, setAsked] = useState(false);
  const maker = room.members.get(row.made_by);
  const away = stillDoes(row, maker, scopes);
  const over = row.expires !== undefined && row.expires <= now;
  const revoke = async () => {
    const done = http.revokeKey(client.workspace, row.id);
    if (await attempt(done, `${row.name} is revoked; its next call is refused`)) onRevoked();
  };
  return (
    <tr data-testid="key-row" data-over={over}>
      <td>
        <b>{row.name}</b>
        <div className={kit.note}>{beginning(row.id)}</div>
      </td>
      <td>
        <ul className={css.scopes}>
          {row.scopes.map((scope) => (
            <li key={scope} title={scopes.find((one) => one.scope === scope)?.words}>
              {scope}
            </li>
          ))}
        </ul>
      </td>
      <td>
        <span className={list.who}>
          {maker && <Initials person={who(row.made_by)} size="small" aria-hidden />}
          {maker?.name ?? "somebody who left"}
        </span>
        <div className={kit.note}>{ago(row.created, now)}</div>
        {away !== undefined && <div className={css.warn}>{away}</div>}
      </td>
      <td>{row.used === undefined ? <span className={kit.note}>never</span> : ago(row.used, now)}</td>
      <td className={over ? css.warn : undefined}>{ending(row.expires, now)}</td>
      <td className={list.do}>
        <Button size="small" aria-label={`Revoke ${row.name}`} onClick={() => setAsked(true)}>
          Revoke…
        </Button>
        {asked && (
          <Dialog
            open
            title={`Revoke ${row.name}?`}
            onClose={() => setAsked(false)}
            foot={
              <Foot
                verb="Revoke it"
                look="danger"
                onClick={() => void revoke()}
                onCancel={() => setAsked(false)}
              />
            }
          >
            <p>
              The next call with it is refused, its sessions end and its pens come free. Nobody can bring it
              back: whatever still uses it needs a new one.
            </p>
            <p className={kit.note}>
              {row.used === undefined ? "It was never used." : `It was last used ${ago(row.used, now)}.`}
            </p>
          </Dialog>
        )}
      </td>
    </tr>
  );
}
