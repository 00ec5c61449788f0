import type { RoomState } from "@baton/sdk";
import { ArrowUpRight, Crosshair, MonitorSmartphone, X } from "lucide-react";
import { useState } from "react";

import { Chat } from "../chat/Chat.tsx";
import { IconButton } from "../kit/Button.tsx";
import { ago, editing } from "../kit/time.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import { kindTitle } from "../shell/tree.ts";
import css from "./collaboration.module.css";
import { Initials } from "./Initials.tsx";
import { MemberCard } from "./MemberCard.tsx";
import { locationOf, people, person, type Person } from "./people.ts";
import { statusLine, tabsLine } from "./status.ts";
import { usePlaces } from "./usePlaces.ts";

interface CollaborationPanelProps {
  following: string | undefined;
  onFollow: (user: string | undefined) => void;
  onClose: () => void;
}

/** Who is here, where, and what they say. */
export function CollaborationPanel({ following, onFollow, onClose }: CollaborationPanelProps) {
  const room = usePlaces();
  const here = people(room, () => true);
  const [card, setCard] = useState<string>();
  const mine = here.filter((one) => one.user === room.user);
  const gone = absent(room, here);
  return (
    <section className={css.panel} aria-label="Collaboration">
      <header className={css.head}>
        <h2>{here.length === 1 ? "Only you are here" : `${here.length} people here`}</h2>
        <IconButton name="Close" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <ul className={css.people}>
        {[...mine, ...here.filter((one) => one.user !== room.user)].map((one) => (
          <Row
            key={one.user}
            person={one}
            room={room}
            following={following === one.user}
            onFollow={onFollow}
            onCard={() => setCard(one.user)}
          />
        ))}
        {gone.length > 0 && <li className={css.elsewhere}>Not here</li>}
        {gone.map((one) => (
          <Gone key={one.user} person={one} room={room} onCard={() => setCard(one.user)} />
        ))}
      </ul>
      {card !== undefined && <MemberCard user={card} onClose={() => setCard(undefined)} />}
      <Chat />
    </section>
  );
}

interface RowProps {
  person: Person;
  room: RoomState;
  following: boolean;
  onFollow: (user: string | undefined) => void;
  onCard: () => void;
}

function Row({ person, room, following, onFollow, onCard }: RowProps) {
  const { goTo } = useNavigation();
  const now = useServerNow(1000);
  const me = person.user === room.user;
  const presence = room.presence.get(person.user);
  const latest = [...person.sessions].sort((a, b) => b.active - a.active)[0];
  // An admin is told that somebody hides, not where.
  const hidden = !me && latest?.hidden === true;
  const at = latest && !hidden ? locationOf(room, latest) : undefined;
  const go = () => {
    if (at) goTo(at);
  };
  return (
    <li className={css.row} data-testid="member" data-name={person.name} data-colour={person.colour}>
      <Initials person={person} size="large" />
      <div className={css.who}>
        <div className={css.name}>
          <button type="button" className={css.card} onClick={onCard}>
            <b>{person.name}</b>
          </button>
          {presence?.bot && <span className={css.you}>bot</span>}
          {me && <span className={css.you}>you</span>}
          {person.sessions.length > 1 && (
            <span className={css.devices} title={person.sessions.map((one) => one.device).join(", ")}>
              <MonitorSmartphone size={12} /> {tabsLine(person.sessions.length, editingTabs(room, person))}
            </span>
          )}
        </div>
        {presence?.message && (
          <div className={css.message} title={presence.message}>
            {presence.message}
          </div>
        )}
        <div className={css.where}>{hidden ? "Hidden" : at ? page(room, at.page, at.object) : ""}</div>
        <div className={css.state} data-testid="member-status">
          {latest && !hidden
            ? state(person, room, latest.active, now)
            : hidden
              ? ""
              : statusLine(presence, now)}
        </div>
      </div>
      {!me && !hidden && (
        <div className={css.actions}>
          <IconButton
            name={following ? `Stop following ${person.name}` : `Follow ${person.name}`}
            aria-pressed={following}
            data-on={following}
            onClick={() => onFollow(following ? undefined : person.user)}
          >
            <Crosshair />
          </IconButton>
          <IconButton name={`Go to ${person.name}`} onClick={go}>
            <ArrowUpRight />
          </IconButton>
        </div>
      )}
    </li>
  );
}

/** Members without a session that one can see, last seen first. */
function absent(room: RoomState, here: readonly Person[]): readonly Person[] {
  const seen = new Set(here.map((one) => one.user));
  const last = (user: string) => room.presence.get(user)?.last_seen ?? 0;
  return [...room.members.values()]
    .filter((one) => !seen.has(one.user) && one.role !== "suspended")
    .sort((a, b) => last(b.user) - last(a.user) || a.name.localeCompare(b.name))
    .map((one) => person(one.user, one, [], false, room.presence.get(one.user)));
}

function Gone({ person, room, onCard }: { person: Person; room: RoomState; onCard: () => void }) {
  const now = useServerNow(30_000);
  return (
    <li className={css.row} data-testid="absent" data-name={person.name} data-colour={person.colour}>
      <Initials person={person} size="small" />
      <div className={css.who}>
        <button type="button" className={css.card} onClick={onCard}>
          {person.name}
        </button>
        <div className={css.state}>{statusLine(room.presence.get(person.user), now)}</div>
      </div>
    </li>
  );
}

/** In how many of somebody's tabs a lock is held. */
function editingTabs(room: RoomState, person: Person): number {
  const holding = new Set([...room.locks.values()].map((lock) => lock.session));
  return person.sessions.filter((one) => holding.has(one.id)).length;
}

function page(room: RoomState, name: string, object: string | undefined): string {
  const head = object === undefined ? undefined : room.objects.get(object);
  if (head) return `${kindTitle(head.kind)} / ${head.name}`;
  return name === "team" ? "Team" : "Home";
}

function state(person: Person, room: RoomState, active: number, now: number): string {
  if (person.fading) return "Reconnecting…";
  const presence = room.presence.get(person.user);
  if (presence && presence.status !== "online") return statusLine(presence, now);
  const lock = [...room.locks.values()].find((one) => one.user === person.user);
  if (lock) return editing(lock.since, lock.edited, now);
  const passed = now - active;
  return passed < 60_000 ? "active now" : `last input ${ago(active, now)}`;
}
