import { useClient, useReadable } from "@baton/react";
import { useState } from "react";

import { ChannelsView } from "./ChannelsView.tsx";
import { ConnectView } from "./ConnectView.tsx";
import { PresencesView } from "./PresencesView.tsx";
import css from "./realtime.module.css";

const TABS = ["Channels", "Presence records", "Connect"] as const;

/** What the workspace's own apps and bots share: channels, presence records, and how to connect to both. */
export function RealtimePage() {
  const room = useReadable(useClient().room);
  const [tab, setTab] = useState<(typeof TABS)[number]>("Channels");
  const role = room.members.get(room.user)?.role;
  const mayEdit = role === "owner" || role === "admin" || role === "developer";
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1 className={css.title}>Realtime</h1>
        <p className={css.lead}>What the apps and bots of {room.name} share, live.</p>
      </header>
      <div className={css.tabs} role="tablist" aria-label="Realtime">
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={tab === name}
            onClick={() => setTab(name)}
          >
            {name}
          </button>
        ))}
      </div>
      {tab === "Channels" && <ChannelsView mayEdit={mayEdit} />}
      {tab === "Presence records" && <PresencesView />}
      {tab === "Connect" && <ConnectView />}
    </div>
  );
}
