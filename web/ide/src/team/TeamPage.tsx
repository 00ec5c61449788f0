import { useClient, useReadable } from "@baton/react";
import { manages as mayManage } from "@baton/sdk";
import { useState } from "react";

import kit from "../kit/kit.module.css";
import { Page } from "../kit/Page.tsx";
import { LockList } from "../locks/LockList.tsx";
import { CustomRoles } from "./CustomRoles.tsx";
import { Invitations } from "./Invitations.tsx";
import { Member } from "./Member.tsx";
import { ROLES } from "./roles.ts";
import css from "./team.module.css";

/** Members, their roles, and the links that invite more. */
export function TeamPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const [search, setSearch] = useState("");
  const manages = mayManage(room);
  const members = [...room.members.values()]
    .filter((one) => one.name.toLowerCase().includes(search.toLowerCase()))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name));
  return (
    <Page title="Team" lead={`Who belongs to ${room.name} and what they may do.`} width={720} dense>
      {manages && <Invitations />}
      <input
        className={kit.input}
        aria-label="Search members"
        placeholder="Search members"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className={css.list} aria-label="Members">
        {members.map((member) => (
          <Member key={member.user} member={member} manages={manages} me={member.user === room.user} />
        ))}
      </ul>
      <CustomRoles manages={manages} />
      {manages && <LockList />}
    </Page>
  );
}
