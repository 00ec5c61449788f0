import { useClient, useReadable } from "@baton/react";
import { type ClosureDoc, EVERYTHING } from "@baton/sdk";
import { Lock } from "lucide-react";

import { Button } from "../kit/Button.tsx";
import { ago } from "../kit/time.ts";
import { Banner } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { person } from "../presence/people.ts";
import { useServerNow } from "../room/useServerNow.ts";
import css from "./locks.module.css";

/** Says who closed it, when and why; an owner or admin may open it here. */
export function ClosureBanner({ closure }: { closure: ClosureDoc }) {
  const client = useClient();
  const room = useReadable(client.room);
  const now = useServerNow(10_000);
  const role = room.members.get(room.user)?.role;
  const who = closure.user === room.user ? "You" : person(closure.user, room.members.get(closure.user)).name;
  return (
    <Banner tone="warn" icon={<Lock />}>
      <div data-testid="closure">
        <b>Closed for edits.</b> {who} closed {extent(closure)} {ago(closure.since, now)}: “{closure.reason}”
      </div>
      {(role === "owner" || role === "admin") && closure.path.object !== EVERYTHING && (
        <div className={css.actions} style={{ paddingTop: 6 }}>
          <Button size="small" onClick={() => void attempt(client.locks.reopen(closure.path))}>
            Open for edits again
          </Button>
        </div>
      )}
    </Banner>
  );
}

function extent(closure: ClosureDoc): string {
  if (closure.path.object === EVERYTHING) return "the whole workspace";
  return closure.path.item === undefined ? "the whole object" : "it";
}
