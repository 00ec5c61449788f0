import { useClient, useReadable } from "@baton/react";
import { useState } from "react";

import { Tabs } from "../kit/Tabs.tsx";
import { ChannelsView } from "./ChannelsView.tsx";
import { ConnectView } from "./ConnectView.tsx";
import { PresencesView } from "./PresencesView.tsx";
import css from "./realtime.module.css";

const TABS = [
  ["channels", "Channels"],
  ["records", "Presence records"],
  ["connect", "Connect"],
] as const;

/** What the workspace's own apps and bots share: channels, presence records, and how to connect to both. */
export function RealtimePage() {
  const room = useReadable(useClient().room);
  const [tab, setTab] = useState<(typeof TABS)[number][0]>("channels");
  const role = room.members.get(room.user)?.role;
  const mayEdit = role === "owner" || role === "admin" || role === "developer";
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1 className={css.title}>Realtime</h1>
        <p className={css.lead}>What the apps and bots of {room.name} share, live.</p>
      </header>
      <Tabs label="Realtime" tabs={TABS} shown={tab} onShow={setTab} />
      {tab === "channels" && <ChannelsView mayEdit={mayEdit} />}
      {tab === "records" && <PresencesView />}
      {tab === "connect" && <ConnectView />}
    </div>
  );
}
