import { useClient } from "@baton/react";
import { Emitter, type LocationDoc, type RoomState, type SessionDoc } from "@baton/sdk";
import { useCallback, useEffect, useState } from "react";

import { tell } from "../notifications/tell.ts";
import { locationOf } from "../presence/people.ts";
import { useNavigation } from "./navigation.ts";

/** Where whom one follows has scrolled to: the item at the top, or the very top. */
export const scrolledTo = new Emitter<{ object: string; top: string | undefined }>();

/** What one may use without ceasing to follow carries this attribute. */
export const KEEPS_FOLLOWING = "data-keeps-following";

export interface Following {
  /** The member whom one follows. */
  readonly following: string | undefined;
  readonly follow: (user: string | undefined) => void;
}

/** Follow mode: page, step and scroll of a colleague are one's own, until one acts oneself or they leave. */
export function useFollow(): Following {
  const client = useClient();
  const { goTo } = useNavigation();
  const [following, follow] = useState<string>();
  const stop = useCallback(() => follow(undefined), []);
  useEffect(() => {
    if (following === undefined) return undefined;
    const guide = new Guide(following);
    const look = () => {
      const room = client.room.get();
      if (!guide.isHere(room)) {
        tell({ tone: "plain", title: `${room.members.get(following)?.name ?? "A colleague"} has left` });
        return stop();
      }
      const step = guide.step(room);
      if (step?.moved) goTo(step.at);
      if (step?.scrolled && step.at.object !== undefined) {
        scrolledTo.emit({ object: step.at.object, top: step.at.top });
      }
      if (step?.at.field !== undefined) showField(step.at.field);
    };
    look();
    return client.room.subscribe(look);
  }, [client, following, goTo, stop]);
  useEffect(() => (following === undefined ? undefined : whenActing(stop)), [following, stop]);
  return { following, follow };
}

/** The tab of a member that moved last, and what is new about where it is. */
export class Guide {
  readonly #user: string;
  #known = new Map<string, LocationDoc>();
  #leader: string | undefined;
  #last: LocationDoc | undefined;

  constructor(user: string) {
    this.#user = user;
  }

  isHere(room: RoomState): boolean {
    return this.#sessions(room).length > 0;
  }

  /** What has changed since the last look; nothing if nothing has. Only their moves count: who looks around is not pulled back. */
  step(room: RoomState): { at: LocationDoc; moved: boolean; scrolled: boolean } | undefined {
    const at = this.#whereabouts(room);
    const last = this.#last;
    if (!at || at === last) return undefined;
    this.#last = at;
    const moved = last?.page !== at.page || last.object !== at.object || last.item !== at.item;
    const scrolled = last?.object !== at.object || last?.top !== at.top;
    return { at, moved, scrolled };
  }

  #whereabouts(room: RoomState): LocationDoc | undefined {
    const sessions = this.#sessions(room);
    const moved = sessions.filter((one) => this.#known.get(one.id) !== locationOf(room, one));
    const latest = [...(moved.length > 0 ? moved : sessions)].sort((a, b) => b.active - a.active)[0];
    this.#known = new Map(sessions.map((one) => [one.id, locationOf(room, one)]));
    if (moved.length > 0 || !sessions.some((one) => one.id === this.#leader)) this.#leader = latest?.id;
    const leader = sessions.find((one) => one.id === this.#leader);
    return leader && locationOf(room, leader);
  }

  #sessions(room: RoomState): readonly SessionDoc[] {
    return [...room.sessions.values()].filter((one) => one.user === this.#user);
  }
}

function showField(field: string) {
  const found = document.querySelector(`[data-panel="step"] [data-field="${CSS.escape(field)}"]`);
  found?.scrollIntoView({ block: "nearest" });
}

/** Calls back once somebody uses the page: a click, a wheel, a key, a finger, but where it says that this is no end. */
function whenActing(act: () => void): () => void {
  const seen = (event: Event) => {
    const { target } = event;
    if (target instanceof Element && target.closest(`[${KEEPS_FOLLOWING}]`)) return;
    if (event instanceof KeyboardEvent && QUIET_KEYS.has(event.key)) return;
    act();
  };
  for (const kind of ACTS) window.addEventListener(kind, seen, { capture: true, passive: true });
  return () => {
    for (const kind of ACTS) window.removeEventListener(kind, seen, { capture: true });
  };
}

const ACTS = ["pointerdown", "wheel", "keydown", "touchmove"] as const;
/** Keys that do nothing by themselves, and the one that follows and stops. */
const QUIET_KEYS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock", "f"]);
