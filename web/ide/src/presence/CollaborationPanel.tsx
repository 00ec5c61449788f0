import { useClient, useReadable } from "@baton/react";
import type { RoomState } from "@baton/sdk";
import { ArrowUpRight, Crosshair, MonitorSmartphone, X } from "lucide-react";

import { Chat } from "../chat/Chat.tsx";
import { IconButton } from "../kit/Button.tsx";
import { ago, editing } from "../kit/time.ts";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import { pageOf } from "../shell/pages.tsx";
import { kindTitle } from "../shell/tree.ts";
import css from "./collaboration.module.css";
import { Initials } from "./Initials.tsx";
import { locationOf, people, type Person } from "./people.ts";

interface CollaborationPanelProps {
  following: string | undefined;
  onFollow: (user: string | undefined) => void;
  onClose: () => void;
}

/** Who is here, where, and what they say. */
export function CollaborationPanel({ following, onFollow, onClose }: CollaborationPanelProps) {
  const room = useReadable(useClient().room);
  const here = people(room, () => true);
  const mine = here.filter((one) => one.user === room.user);
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
          />
        ))}
      </ul>
      <Chat />
    </section>
  );
}

interface RowProps {
  person: Person;
  room: RoomState;
  following: boolean;
  onFollow: (user: string | undefined) => void;
}

function Row({ person, room, following, onFollow }: RowProps) {
  const { openObject, openPage, openHome } = useNavigation();
  const now = useServerNow(1000);
  const me = person.user === room.user;
  const latest = [...person.sessions].sort((a, b) => b.active - a.active)[0];
  const at = latest && locationOf(room, latest);
  const go = () => {
    if (at?.object !== undefined) openObject(at.object, at.item);
    else if (at && pageOf(at.page)) openPage(at.page);
    else openHome();
  };
  return (
    <li className={css.row} data-testid="member" data-name={person.name} data-colour={person.colour}>
      <Initials person={person} size="large" />
      <div className={css.who}>
        <div className={css.name}>
          <b>{person.name}</b>
          {me && <span className={css.you}>you</span>}
          {person.sessions.length > 1 && (
            <span className={css.devices} title={person.sessions.map((one) => one.device).join(", ")}>
              <MonitorSmartphone size={12} /> {person.sessions.length}
            </span>
          )}
        </div>
        <div className={css.where}>{at ? page(room, at.page, at.object) : ""}</div>
        <div className={css.state}>{latest ? state(person, room, latest.active, now) : ""}</div>
      </div>
      {!me && (
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

function page(room: RoomState, name: string, object: string | undefined): string {
  const head = object === undefined ? undefined : room.objects.get(object);
  if (head) return `${kindTitle(head.kind)} / ${head.name}`;
  return name === "team" ? "Team" : "Home";
}

function state(person: Person, room: RoomState, active: number, now: number): string {
  if (person.fading) return "Reconnecting…";
  const lock = [...room.locks.values()].find((one) => one.user === person.user);
  if (lock) return editing(lock.since, lock.edited, now);
  const passed = now - active;
  return passed < 60_000 ? "active now" : `last input ${ago(active, now)}`;
}
