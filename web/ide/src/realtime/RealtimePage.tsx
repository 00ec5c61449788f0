import { useClient, useReadable } from "@baton/react";
import { useSearchParams } from "wouter";

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
  // In the address, so that a link leads a colleague to it and a reload back.
  const [search, setSearch] = useSearchParams();
  const tab = TABS.map(([name]) => name).find((name) => name === search.get("view")) ?? "channels";
  const role = room.members.get(room.user)?.role;
  const mayEdit = role === "owner" || role === "admin" || role === "developer";
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1 className={css.title}>Realtime</h1>
        <p className={css.lead}>What the apps and bots of {room.name} share, live.</p>
      </header>
      <Tabs label="Realtime" tabs={TABS} shown={tab} onShow={(view) => setSearch({ view })} />
      {tab === "channels" && (
        <ChannelsView
          mayEdit={mayEdit}
          chosen={search.get("channel") ?? undefined}
          onChoose={(channel) => setSearch({ channel })}
        />
      )}
      {tab === "records" && <PresencesView />}
      {tab === "connect" && <ConnectView />}
    </div>
  );
}
