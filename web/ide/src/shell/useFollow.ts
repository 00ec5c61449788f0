import { useClient } from "@baton/react";
import { useEffect, useState } from "react";

import { locationOf } from "../presence/people.ts";
import { useNavigation } from "./navigation.ts";

/** Follow mode: whenever a colleague goes somewhere one goes along, until one stops. */
export function useFollow() {
  const client = useClient();
  const { openObject } = useNavigation();
  const [following, follow] = useState<string>();
  useEffect(() => {
    if (following === undefined) return undefined;
    let last: string | undefined;
    const look = () => {
      const room = client.room.get();
      const [session] = [...room.sessions.values()]
        .filter((one) => one.user === following)
        .sort((a, b) => b.active - a.active);
      const at = session && locationOf(room, session);
      const target = at?.object === undefined ? undefined : `${at.object}/${at.item ?? ""}`;
      // Only their moves count: who looks around oneself is not pulled back at once.
      if (at?.object === undefined || target === last) return;
      last = target;
      openObject(at.object, at.item);
    };
    look();
    return client.room.subscribe(look);
  }, [client, following, openObject]);
  return { following, follow };
}
