import { useClient } from "@baton/react";
import type { StopReason } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { useSurroundings } from "../room/Surroundings.tsx";
import { Frame } from "../sign-in/Frame.tsx";

const WORDS: Readonly<Record<StopReason, readonly [string, string]>> = {
  replaced: [
    "This tab was continued elsewhere",
    "Another page took over this session. What you typed is kept.",
  ],
  left: ["You left the workspace", "Your locks are free and your work is saved."],
  signed_out: ["You were signed out", "What you typed and was not saved is kept in this browser."],
  kicked: [
    "An admin ended this session",
    "What you typed and was not saved is kept, and parked for you when you continue.",
  ],
  removed: ["You are no member any more", "Somebody removed you from this workspace."],
  suspended: ["Your account is suspended", "Ask an owner or admin of the workspace."],
  unauthenticated: ["Please sign in again", "What you typed is kept in this browser."],
  not_found: ["There is no such workspace", "Or it is not for you to see."],
  stopped: ["Disconnected", "This page does not connect by itself any more."],
};

/** The connection was given up for good: why, and what one can do. */
export function Stopped({ reason }: { reason: StopReason | undefined }) {
  const client = useClient();
  const { http } = useSurroundings();
  const [title, lead] = WORDS[reason ?? "stopped"];
  const again = reason === "replaced" || reason === "kicked" || reason === "stopped" || reason === "left";
  return (
    <Frame title={title} lead={lead}>
      {again ? (
        <Button look="solid" size="large" onClick={() => client.reconnect()}>
          Continue here
        </Button>
      ) : (
        <Button look="solid" size="large" onClick={() => void http.signOut().catch(() => undefined)}>
          Go to the sign-in
        </Button>
      )}
      <Button look="plain" onClick={() => window.location.assign("/")}>
        Your workspaces
      </Button>
    </Frame>
  );
}
