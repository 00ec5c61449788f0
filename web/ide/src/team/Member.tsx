import { useClient, useReadable } from "@baton/react";
import type { MemberDoc } from "@baton/sdk";
import { Crown, EllipsisVertical, LogOut, UserMinus } from "lucide-react";
import { useState } from "react";

import { AskReason } from "../kit/AskReason.tsx";
import kit from "../kit/kit.module.css";
import { Menu, type MenuEntry } from "../kit/Menu.tsx";
import { ago } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { keyOf, MAY, type Option, options, roleName, ROLES } from "./roles.ts";
import css from "./team.module.css";

type Asked = { what: "role"; option: Option } | { what: "remove" } | { what: "leave" } | { what: "owner" };

/** A member with the role, and what may be done about them. */
export function Member({ member, manages, me }: { member: MemberDoc; manages: boolean; me: boolean }) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(5000);
  const [asked, setAsked] = useState<Asked>();
  const sessions = [...room.sessions.values()].filter((one) => one.user === member.user);
  const active = Math.max(0, ...sessions.map((one) => one.active));
  const own = room.members.get(room.user)?.role === "owner";
  const choices = options(
    room,
    ROLES.filter((role) => own || role !== "owner"),
  );
  const may = manages && !me && (own || member.role !== "owner");
  const entries: MenuEntry[] = [];
  if (own && !me && member.role !== "suspended")
    entries.push({ name: "Make the owner", icon: <Crown />, onSelect: () => setAsked({ what: "owner" }) });
  if (may)
    entries.push({
      name: "Remove from the workspace",
      icon: <UserMinus />,
      danger: true,
      onSelect: () => setAsked({ what: "remove" }),
    });
  if (me)
    entries.push({
      name: "Leave the workspace",
      icon: <LogOut />,
      danger: true,
      onSelect: () => setAsked({ what: "leave" }),
    });
  return (
    <li className={css.member}>
      <Initials person={person(member.user, member, sessions)} size="large" />
      <div className={css.who}>
        <b>{member.name}</b>
        {me && " (you)"}
        <div className={kit.note}>
          {sessions.length > 0 ? `Here, last input ${ago(active, now)}` : "Not here now"}
        </div>
      </div>
      {may ? (
        <select
          className={kit.input}
          aria-label={`Role of ${member.name}`}
          value={keyOf(member)}
          onChange={(event) => {
            const option = choices.find((one) => one.key === event.target.value);
            if (option) setAsked({ what: "role", option });
          }}
        >
          {choices.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <span className={css.role} title={MAY[member.role]}>
          {roleName(room, member)}
        </span>
      )}
      {entries.length > 0 && (
        <Menu
          trigger={
            <button type="button" className={kit.icon} aria-label={`More about ${member.name}`}>
              <EllipsisVertical />
            </button>
          }
          entries={entries}
        />
      )}
      {asked && <Ask asked={asked} member={member} onClose={() => setAsked(undefined)} />}
    </li>
  );
}

function Ask({ asked, member, onClose }: { asked: Asked; member: MemberDoc; onClose: () => void }) {
  const client = useClient();
  const { http } = useSurroundings();
  const { workspace } = client;
  const { name, user } = member;
  switch (asked.what) {
    case "role":
      return (
        <AskReason
          title={`Change ${name}'s role`}
          verb="Change the role"
          onClose={onClose}
          send={(reason) =>
            attempt(
              http.setRole(workspace, user, asked.option.choice, reason),
              `${name} is now ${asked.option.name}`,
            )
          }
        >
          {name} will be <b>{asked.option.name}</b>. It takes effect at once: pens that they may not hold any
          more come free, and what they typed is kept for them.
        </AskReason>
      );
    case "owner":
      return (
        <AskReason
          title={`Make ${name} the owner`}
          verb="Hand the workspace over"
          danger
          onClose={onClose}
          send={(reason) =>
            attempt(http.transferOwnership(workspace, user, reason), `${name} owns the workspace now`)
          }
        >
          {name} will answer for the workspace; you will be an admin.
        </AskReason>
      );
    case "remove":
      return (
        <AskReason
          title={`Remove ${name}`}
          verb="Remove"
          danger
          onClose={onClose}
          send={(reason) => attempt(http.removeMember(workspace, user, reason), `${name} was removed`)}
        >
          {name} loses access at once. Work of theirs that was not saved is kept as parked drafts.
        </AskReason>
      );
    case "leave":
      return (
        <AskReason
          title="Leave the workspace"
          verb="Leave"
          danger
          onClose={onClose}
          send={(reason) => attempt(http.removeMember(workspace, user, reason))}
        >
          You lose access at once. Only an invitation brings you back.
        </AskReason>
      );
  }
}
