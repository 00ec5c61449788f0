import { useClient, useReadable } from "@baton/react";
import type { LockPathDoc } from "@baton/sdk";

import { type Person, person } from "../presence/people.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { lastSegment } from "../shell/tree.ts";
import { title } from "../stack-editor/node.ts";

/** What people and places are called in a sentence. */
export function useNames(): { who: (user: string) => Person; what: (path: LockPathDoc) => string } {
  const client = useClient();
  const room = usePlaces();
  const stack = useReadable(client.stack);
  const catalogue = useCatalogue();
  return {
    who: (user) => person(user, room.members.get(user)),
    what: ({ object, item }) => {
      const name = lastSegment(room.objects.get(object)?.name ?? "a deleted object");
      if (item === undefined) return name;
      const node = stack?.object === object ? stack.tree.get(item) : undefined;
      if (node) return title(node, catalogue);
      if (item === "settings" || item === "response") return `the ${item} of ${name}`;
      return `a step of ${name}`;
    },
  };
}
