import { useClient, useReadable } from "@baton/react";
import { EVERYTHING } from "@baton/sdk";
import { Snowflake, Sun } from "lucide-react";
import { useState } from "react";

import { AskReason } from "../kit/AskReason.tsx";
import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { ago } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import css from "./console.module.css";

/** Whether the workspace is frozen, by whom and why; and the way in and out of it. */
export function Freeze() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const { who } = useNames();
  const now = useServerNow(10_000);
  const [asked, setAsked] = useState(false);
  const frozen = room.closures.get(EVERYTHING);
  return (
    <div className={css.freeze} data-frozen={frozen !== undefined} data-testid="freeze">
      <Snowflake aria-hidden />
      {frozen ? (
        <>
          <div>
            <b>
              Frozen by {who(frozen.user).name} {ago(frozen.since, now)}
            </b>
            <div className={kit.note}>“{frozen.reason}”</div>
          </div>
          <Button look="solid" onClick={() => void attempt(http.unfreeze(client.workspace), "Edits go on")}>
            <Sun aria-hidden /> Let edits go on
          </Button>
        </>
      ) : (
        <>
          <div>
            <b>Everybody may edit</b>
            <div className={kit.note}>
              Freeze the workspace before a release, or while something is wrong.
            </div>
          </div>
          <Button onClick={() => setAsked(true)}>Freeze…</Button>
        </>
      )}
      {asked && (
        <AskReason
          title="Freeze the workspace"
          verb="Freeze"
          needed
          danger
          onClose={() => setAsked(false)}
          send={(message) => attempt(http.freeze(client.workspace, message), "The workspace is frozen")}
        >
          Nobody edits, publishes, imports or deletes until an owner or admin lets it go on. Who edits now
          loses the pen; what they typed is parked. Everybody is shown your words.
        </AskReason>
      )}
    </div>
  );
}
