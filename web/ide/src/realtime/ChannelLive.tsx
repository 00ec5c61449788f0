import { useClient, useReadable } from "@baton/react";
import type { ChannelDoc, ClientDoc, SaidDoc } from "@baton/sdk";
import { Lock, Settings2, Zap } from "lucide-react";
import { useEffect, useRef } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { clock } from "../kit/time.ts";
import { Banner, Empty } from "../kit/Words.tsx";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { inWords, nameOf } from "./channels.ts";
import { Composer } from "./Composer.tsx";
import css from "./realtime.module.css";
import { useChannel } from "./useChannel.ts";

interface ChannelLiveProps {
  name: string;
  settings: ChannelDoc;
  mayEdit: boolean;
  onSettings: () => void;
}

/** A channel from inside: who is in it, what is said, and a box to say something. */
export function ChannelLive({ name, settings, mayEdit, onSettings }: ChannelLiveProps) {
  const view = useChannel(name);
  return (
    <section className={css.live} aria-label={`Channel ${name}`}>
      <div className={css.liveHead}>
        <div className={css.liveTitle}>
          <h2>{name}</h2>
          <p className={kit.note}>{settings.description || inWords(settings)}</p>
        </div>
        <Button onClick={onSettings}>
          <Settings2 /> Settings
        </Button>
      </div>
      <div className={css.liveBody}>
        <div className={css.tail}>
          {view.refused && (
            <Banner tone="warn">
              {view.refused.title} {view.refused.detail ?? view.refused.help}
            </Banner>
          )}
          {view.state === "closed" && (
            <Banner tone="warn">The channel is closed for you. Its settings have changed.</Banner>
          )}
          {view.missed && (
            <Banner>The connection was gone for a while; something that was said is no longer there.</Banner>
          )}
          <Tail said={view.said} />
          <Composer name={name} settings={settings} clients={view.clients} mayEdit={mayEdit} />
        </div>
        <Inside clients={view.clients} presence={settings.presence} />
      </div>
    </section>
  );
}

/** What is said, newest at the bottom; it stays there while one looks at it. */
function Tail({ said }: { said: readonly SaidDoc[] }) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const box = list.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [said]);
  if (said.length === 0)
    return (
      <div className={css.lines}>
        <Empty icon={<Zap />} title="Quiet so far">
          What is said from now on appears here as it happens.
        </Empty>
      </div>
    );
  return (
    <ol
      className={css.lines}
      ref={list}
      aria-label="What is said"
      aria-live="polite"
      onScroll={({ currentTarget: box }) => {
        atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
      }}
    >
      {said.map((one) => (
        <Line key={one.number} said={one} />
      ))}
    </ol>
  );
}

function Line({ said }: { said: SaidDoc }) {
  const { what, payload } = said;
  const text = typeof payload === "string" ? payload : JSON.stringify(payload, null, 1);
  const event = what.sort === "event";
  return (
    <li className={css.said} data-testid="said" data-sort={what.sort}>
      <time dateTime={new Date(said.at).toISOString()}>{clock(said.at)}</time>
      <span className={css.from}>
        {event ? (
          <span className={css.event}>event</span>
        ) : (
          <>
            <Who client={what.from} />
            {what.to !== undefined && <span className={css.tag}>private</span>}
            {what.authenticated && (
              <span className={css.tag} title="For authenticated clients alone">
                <Lock aria-hidden /> auth
              </span>
            )}
          </>
        )}
        {event && (what.table > 0 || what.row > 0) && (
          <span className={css.tag}>
            table {what.table}, row {what.row}
          </span>
        )}
      </span>
      <code className={css.payload}>{text}</code>
    </li>
  );
}

function Who({ client }: { client: ClientDoc }) {
  const room = useReadable(useClient().room);
  const member = client.user === undefined ? undefined : room.members.get(client.user);
  return (
    <span className={css.who} title={client.client}>
      {member && <Initials person={person(member.user, member)} size="tiny" />}
      {nameOf(client)}
    </span>
  );
}

function Inside({ clients, presence }: { clients: readonly ClientDoc[]; presence: boolean }) {
  const room = useReadable(useClient().room);
  return (
    <aside className={css.insideList} aria-label="Who is in it">
      <h3>In it {presence && <span className={kit.note}>{clients.length}</span>}</h3>
      {!presence && <p className={kit.note}>Presence is off: nobody is told who is in it.</p>}
      <ul>
        {clients.map((client) => (
          <li key={client.client} data-testid="channel-client">
            <Who client={client} />
            {client.client === room.session && <span className={kit.note}>this tab</span>}
          </li>
        ))}
      </ul>
    </aside>
  );
}
