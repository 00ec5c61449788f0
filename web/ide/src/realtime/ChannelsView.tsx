import { useClient, useReadable } from "@baton/react";
import type { ChannelDoc, LiveChannelDoc } from "@baton/sdk";
import { Plus, Radio } from "lucide-react";
import { useEffect, useMemo, useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { Empty } from "../kit/Words.tsx";
import { ChannelDialog } from "./ChannelDialog.tsx";
import { ChannelLive } from "./ChannelLive.tsx";
import { inWords, liveBelow, ownName, settingsOf, stemOf } from "./channels.ts";
import css from "./realtime.module.css";

/** How often it is asked which channels somebody is in, in milliseconds. */
const LOOK_MS = 3000;

interface ChannelsViewProps {
  mayEdit: boolean;
  /** The name of the channel that is open; the first one if none is. */
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

/** Channels by name and pattern; the one that is open, with who is in it and what is said. */
export function ChannelsView({ mayEdit, chosen, onChoose }: ChannelsViewProps) {
  const room = useReadable(useClient().room);
  const live = useLive();
  const channels = useMemo(
    () => [...room.channels.values()].sort((a, b) => a.pattern.localeCompare(b.pattern)),
    [room.channels],
  );
  const below = useMemo(() => liveBelow(channels, live), [channels, live]);
  const [editing, setEditing] = useState<ChannelDoc | "new">();
  const first = channels.map(ownName).find((name) => name !== undefined);
  const open = chosen ?? first;
  const settings = open === undefined ? undefined : settingsOf(channels, open);
  return (
    <div className={css.columns}>
      <div className={css.list}>
        <div className={css.listHead}>
          <h2>Channels</h2>
          {mayEdit && (
            <Button size="small" onClick={() => setEditing("new")}>
              <Plus /> New channel
            </Button>
          )}
        </div>
        {channels.length === 0 && (
          <Empty icon={<Radio />} title="No channels yet">
            A channel is a name that apps join, to hear each other and what your server publishes.
          </Empty>
        )}
        <ul aria-label="Channels">
          {channels.map((channel) => (
            <ChannelLine
              key={channel.pattern}
              channel={channel}
              live={below.get(channel.pattern) ?? []}
              open={open}
              onOpen={onChoose}
              onSettings={() => setEditing(channel)}
            />
          ))}
        </ul>
      </div>
      {open !== undefined && settings ? (
        <ChannelLive
          key={open}
          name={open}
          settings={settings}
          mayEdit={mayEdit}
          onSettings={() => setEditing(settings)}
        />
      ) : (
        <div className={css.nothing}>
          {channels.length > 0 && (
            <Empty icon={<Radio />} title="Nothing open">
              Open a channel to hear what is said in it.
            </Empty>
          )}
        </div>
      )}
      {editing !== undefined && (
        <ChannelDialog
          channel={editing === "new" ? undefined : editing}
          mayEdit={mayEdit}
          onSaved={(channel) => {
            setEditing(undefined);
            const name = ownName(channel);
            if (editing === "new" && name !== undefined) onChoose(name);
          }}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  );
}

/** Which channels somebody is in, looked at every few seconds. */
function useLive(): readonly LiveChannelDoc[] {
  const { channels } = useClient();
  const [live, setLive] = useState<readonly LiveChannelDoc[]>([]);
  useEffect(() => {
    let over = false;
    const look = () => {
      channels.call({ call: "channels" }).then(
        (reply) => !over && reply.answer === "channels" && setLive(reply.live),
        // It is looked at again in a moment.
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [channels]);
  return live;
}

interface ChannelLineProps {
  channel: ChannelDoc;
  live: readonly LiveChannelDoc[];
  open: string | undefined;
  onOpen: (name: string) => void;
  onSettings: () => void;
}

function ChannelLine({ channel, live, open, onOpen, onSettings }: ChannelLineProps) {
  const own = ownName(channel);
  const inside = live.find((one) => one.name === own)?.clients ?? 0;
  const nested = live.filter((one) => one.name !== own);
  return (
    <li className={css.channel}>
      <button
        type="button"
        className={css.line}
        aria-current={own !== undefined && own === open}
        data-off={!channel.active}
        onClick={() => (own === undefined ? onSettings() : onOpen(own))}
      >
        <span className={css.name}>{channel.pattern}</span>
        {inside > 0 && <Inside clients={inside} />}
        <span className={css.words}>{channel.description || inWords(channel)}</span>
      </button>
      {nested.map((one) => (
        <button
          key={one.name}
          type="button"
          className={css.line}
          data-nested
          aria-current={one.name === open}
          onClick={() => onOpen(one.name)}
        >
          <span className={css.name}>{one.name}</span>
          <Inside clients={one.clients} />
        </button>
      ))}
      {channel.nested && <OpenBelow stem={stemOf(channel.pattern)} onOpen={onOpen} />}
    </li>
  );
}

function Inside({ clients }: { clients: number }) {
  const words = `${clients} ${clients === 1 ? "client is" : "clients are"} in it`;
  return (
    <span className={css.inside} title={words} aria-label={words}>
      {clients}
    </span>
  );
}

/** Names below a stem exist by being joined. */
function OpenBelow({ stem, onOpen }: { stem: string; onOpen: (name: string) => void }) {
  const [name, setName] = useState("");
  return (
    <form
      className={css.below}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        onOpen(`${stem}/${name.trim()}`);
        setName("");
      }}
    >
      <label>
        <span>{stem}/</span>
        <input
          className={kit.input}
          aria-label={`A name below ${stem}`}
          placeholder="name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <Button size="small" look="plain" type="submit" disabled={name.trim() === ""}>
        Open
      </Button>
    </form>
  );
}
