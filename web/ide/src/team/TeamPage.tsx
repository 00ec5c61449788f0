import { useClient, useReadable } from "@baton/react";
import type { InvitationLink, MemberDoc, RoleDoc } from "@baton/sdk";
import { Check, Copy, EllipsisVertical, Link2, UserMinus } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Menu } from "../kit/Menu.tsx";
import { ago } from "../kit/time.ts";
import { LockList } from "../locks/LockList.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import css from "./team.module.css";

const ROLES: readonly RoleDoc[] = ["owner", "admin", "developer", "viewer", "suspended"];

const MAY: Readonly<Record<RoleDoc, string>> = {
  owner: "Answers for the workspace",
  admin: "Everything but giving it away",
  developer: "Edits and publishes",
  viewer: "Looks and chats",
  suspended: "No access",
};

/** Members, their roles, and the link that invites more. */
export function TeamPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const [search, setSearch] = useState("");
  const own = room.members.get(room.user);
  const manages = own?.role === "owner" || own?.role === "admin";
  const members = [...room.members.values()]
    .filter((one) => one.name.toLowerCase().includes(search.toLowerCase()))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name));
  return (
    <div className={css.scroll}>
      <div className={css.page}>
        <h1 className={css.title}>Team</h1>
        <p className={css.lead}>Who belongs to {room.name} and what they may do.</p>
        {manages && <Invite />}
        <input
          className={kit.input}
          aria-label="Search members"
          placeholder="Search members"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <ul className={css.list}>
          {members.map((member) => (
            <Member key={member.user} member={member} manages={manages} me={member.user === room.user} />
          ))}
        </ul>
        {manages && <LockList />}
      </div>
    </div>
  );
}

function Member({ member, manages, me }: { member: MemberDoc; manages: boolean; me: boolean }) {
  const client = useClient();
  const { http } = useSurroundings();
  const room = useReadable(client.room);
  const now = useServerNow(5000);
  const sessions = [...room.sessions.values()].filter((one) => one.user === member.user);
  const active = Math.max(0, ...sessions.map((one) => one.active));
  return (
    <li className={css.member}>
      <Initials person={person(member.user, member, sessions)} size="large" />
      <div className={css.who}>
        <b>{member.name}</b>
        {me && " (you)"}
        <div className={css.note}>
          {sessions.length > 0 ? `Here, last input ${ago(active, now)}` : "Not here now"}
        </div>
      </div>
      {manages && !me ? (
        <select
          className={kit.input}
          aria-label={`Role of ${member.name}`}
          value={member.role}
          onChange={(event) => {
            const role = ROLES.find((one) => one === event.target.value) ?? member.role;
            void attempt(http.setRole(client.workspace, member.user, role), `${member.name} is now ${role}`);
          }}
        >
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
      ) : (
        <span className={css.role} title={MAY[member.role]}>
          {member.role}
        </span>
      )}
      {manages && !me && (
        <Menu
          trigger={
            <button type="button" className={kit.icon} aria-label={`More about ${member.name}`}>
              <EllipsisVertical />
            </button>
          }
          entries={[
            {
              name: "Remove from the workspace",
              icon: <UserMinus />,
              danger: true,
              onSelect: () =>
                void attempt(http.removeMember(client.workspace, member.user), `${member.name} was removed`),
            },
          ]}
        />
      )}
    </li>
  );
}

function Invite() {
  const client = useClient();
  const { http } = useSurroundings();
  const [role, setRole] = useState<RoleDoc>("developer");
  const [made, setMade] = useState<InvitationLink>();
  const [copied, setCopied] = useState(false);
  const make = async () => {
    setCopied(false);
    await attempt(http.invite(client.workspace, role).then(setMade));
  };
  return (
    <div className={css.invite}>
      <div className={css.inviteRow}>
        <Link2 size={16} />
        <b>Invite with a link</b>
        <select
          className={kit.input}
          aria-label="Role of who is invited"
          value={role}
          onChange={(event) => setRole(ROLES.find((one) => one === event.target.value) ?? role)}
        >
          {ROLES.filter((one) => one !== "owner" && one !== "suspended").map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <Button onClick={() => void make()}>Make a link</Button>
      </div>
      <p className={css.note}>{MAY[role]}.</p>
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
    </div>
  );
}
