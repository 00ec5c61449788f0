import { useClient, useReadable } from "@baton/react";
import type { InvitationLink, InvitationRow } from "@baton/sdk";
import { Check, Copy, Link2, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { span } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { inWords, MAY, options } from "./roles.ts";
import css from "./team.module.css";

/** Makes links into the workspace, and lists those that are open. */
export function Invitations() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const now = useServerNow(30_000);
  const [key, setKey] = useState("developer");
  const [email, setEmail] = useState("");
  const [mail, setMail] = useState(false);
  const [made, setMade] = useState<InvitationLink>();
  const [copied, setCopied] = useState(false);
  const [rows, setRows] = useState<readonly InvitationRow[]>([]);
  const reload = useCallback(
    () => void http.invitations(client.workspace).then(setRows, () => {}),
    [http, client],
  );
  useEffect(reload, [reload]);
  useEffect(() => {
    http.doors().then(
      (doors) => setMail(doors.mail),
      () => undefined,
    );
  }, [http]);
  const choices = options(room, ["admin", "developer", "viewer"]);
  const picked = choices.find((one) => one.key === key) ?? choices[1];
  const custom = room.roles.get(key);
  const open = rows.filter((one) => one.used_by === undefined && !one.revoked && one.expires > now);
  const make = async () => {
    if (!picked) return;
    setCopied(false);
    const to = email.trim();
    const good = await attempt(
      http.invite(client.workspace, picked.choice, to).then(setMade),
      to ? `The invitation is on its way to ${to}` : undefined,
    );
    if (good) setEmail("");
    reload();
  };
  return (
    <div className={css.invite}>
      <div className={css.inviteRow}>
        <Link2 size={16} />
        <b>Invite with a link</b>
        <select
          className={kit.input}
          aria-label="Role of who is invited"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        >
          {choices.map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </select>
        <Button onClick={() => void make()}>{email.trim() ? "Send" : "Make a link"}</Button>
      </div>
      {mail && (
        <input
          className={kit.input}
          type="email"
          aria-label="Address to send it to"
          placeholder="Send it to an address, if you like"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      )}
      <p className={kit.note}>{custom ? inWords(custom) : picked && MAY[picked.key as keyof typeof MAY]}.</p>
      {made && (
        <div className={css.inviteRow}>
          <input className={kit.input} aria-label="Invitation link" readOnly value={made.url} />
          <Button
            onClick={() =>
              void attempt(navigator.clipboard.writeText(made.url)).then((good) => setCopied(good))
            }
          >
            {copied ? <Check /> : <Copy />} {copied ? "Copied" : "Copy"}
          </Button>
        </div>
      )}
      {open.map((one) => (
        <div key={one.id} className={css.inviteRow} aria-label="Open invitation">
          <span className={css.who}>
            {one.custom_role ? (room.roles.get(one.custom_role)?.name ?? one.role) : one.role}
            {one.email && ` for ${one.email}`}
            <span className={kit.note}>
              {" "}
              by {room.members.get(one.invited_by)?.name ?? "somebody who left"}, good for{" "}
              {span(one.expires - now)}
            </span>
          </span>
          <IconButton
            name="Take the invitation back"
            onClick={() =>
              void attempt(
                http.revokeInvitation(client.workspace, one.id),
                "The link is worth nothing now",
              ).then(reload)
            }
          >
            <X />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
