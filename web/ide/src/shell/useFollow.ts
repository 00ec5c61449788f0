import { useClient, useReadable } from "@baton/react";
import { useEffect, useRef, useState } from "react";

import { locationOf } from "../presence/people.ts";
import { useNavigation } from "./navigation.ts";

/** Follow mode: one goes where a colleague goes, until one goes somewhere oneself or stops. */
export function useFollow() {
  const room = useReadable(useClient().room);
  const { place, openObject } = useNavigation();
  const [following, setFollowing] = useState<string>();
  const arrived = useRef<string>(undefined);
  const session = [...room.sessions.values()]
    .filter((one) => one.user === following)
    .sort((a, b) => b.active - a.active)[0];
  const at = session && locationOf(room, session);
  const target = at?.object === undefined ? undefined : `${at.object}/${at.item ?? ""}`;
  useEffect(() => {
    if (following === undefined || target === undefined || target === arrived.current) return;
    arrived.current = target;
    const [object = "", item = ""] = target.split("/");
    openObject(object, item === "" ? undefined : item);
  }, [following, target, openObject]);
  const follow = (user: string | undefined) => {
    arrived.current = undefined;
    setFollowing(user);
  };
  // Going to another object by oneself ends it.
  const left =
    following !== undefined &&
    arrived.current !== undefined &&
    place.object !== undefined &&
    !arrived.current.startsWith(place.object) &&
    target === arrived.current;
  useEffect(() => {
    if (left) setFollowing(undefined);
  }, [left]);
  return { following, follow };
}
