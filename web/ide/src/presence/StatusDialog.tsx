import { useClient } from "@baton/react";
import type { PresenceDoc, PrivacyDoc } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Field, Select } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { SwitchRow } from "../kit/SwitchRow.tsx";
import { clock } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { ENDS } from "./status.ts";
import css from "./status.module.css";

/** Characters of a message. */
const MESSAGE_MAX = 140;

const SIGNS = ["", "🦊", "🐙", "🐝", "🦉", "🌵", "☕", "🚀", "🎧"];

/** Who may see how much, in words. */
const LEVELS: readonly { key: string; name: string; privacy: PrivacyDoc }[] = [
  { key: "everyone", name: "Everybody sees where I am", privacy: { level: "everyone" } },
  { key: "page", name: "Everybody sees the page, nobody the step", privacy: { level: "page" } },
  { key: "developer", name: "Only developers and admins", privacy: { level: "role", role: "developer" } },
  { key: "admin", name: "Only admins", privacy: { level: "role", role: "admin" } },
  { key: "hidden", name: "Nobody (admins see that I am here)", privacy: { level: "hidden" } },
];

type Choice = "online" | "busy" | "away";

interface StatusDialogProps {
  own: PresenceDoc | undefined;
  onClose: () => void;
}

/** One's status with its words and their end, one's sign, and who sees how much. */
export function StatusDialog({ own, onClose }: StatusDialogProps) {
  const client = useClient();
  const { http } = useSurroundings();
  const [status, setStatus] = useState<Choice>(choiceOf(own));
  const [message, setMessage] = useState(own?.message ?? "");
  const [end, setEnd] = useState(own?.until === undefined ? "0" : "kept");
  const [everywhere, setEverywhere] = useState(false);
  const [avatar, setAvatar] = useState(own?.avatar ?? "");
  const before = levelOf(own?.privacy);
  const [level, setLevel] = useState(before);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const until = end === "kept" ? own?.until : ENDS[Number(end)]?.until(client.now());
    // Privacy first: who hides and says something in one go is hidden when it is told.
    const privacy = LEVELS.find((one) => one.key === level)?.privacy;
    const good =
      (level === before || !privacy || (await attempt(client.setPrivacy(privacy)))) &&
      (avatar === (own?.avatar ?? "") || (await attempt(client.setAvatar(avatar)))) &&
      (await attempt(
        everywhere
          ? http.setStatusEverywhere(status, message.trim(), until)
          : client.setStatus(status, message.trim(), until),
      ));
    setBusy(false);
    if (good) onClose();
  };
  return (
    <Dialog
      title="Your status"
      open
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="solid"
            disabled={busy || [...message].length > MESSAGE_MAX}
            onClick={() => void save()}
          >
            Save
          </Button>
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label="Message"
          placeholder="What are you at?"
          value={message}
          hint={`${[...message].length} of ${MESSAGE_MAX} characters`}
          error={[...message].length > MESSAGE_MAX ? `At most ${MESSAGE_MAX} characters` : undefined}
          onChange={(event) => setMessage(event.target.value)}
        />
        <div className={css.two}>
          <Select label="Status" value={status} onChange={(next) => setStatus(next as Choice)}>
            <option value="online">Online</option>
            <option value="busy">Busy: notices stay quiet</option>
            <option value="away">Away</option>
          </Select>
          <Select label="Ends" value={end} onChange={setEnd}>
            {own?.until !== undefined && <option value="kept">At {clock(own.until)}</option>}
            {ENDS.map((one, index) => (
              <option key={one.name} value={index}>
                {one.name}
              </option>
            ))}
          </Select>
        </div>
        <SwitchRow label="In all my workspaces" on={everywhere} onChange={setEverywhere} />
        <Select label="Who sees me" value={level} onChange={setLevel}>
          {LEVELS.map((one) => (
            <option key={one.key} value={one.key}>
              {one.name}
            </option>
          ))}
        </Select>
        <p className={css.note}>
          This hides looking, not acting: when you hold the pen, ask for it, change or say something,
          everybody sees it.
        </p>
        <fieldset className={css.signs}>
          <legend className={kit.label}>Picture</legend>
          {(SIGNS.includes(avatar) ? SIGNS : [avatar, ...SIGNS]).map((sign) => (
            <button
              key={sign}
              type="button"
              aria-pressed={sign === avatar}
              aria-label={sign === "" ? "Initials" : sign}
              onClick={() => setAvatar(sign)}
            >
              {sign === "" ? "Ab" : sign}
            </button>
          ))}
        </fieldset>
      </form>
    </Dialog>
  );
}

function choiceOf(own: PresenceDoc | undefined): Choice {
  return own?.status === "busy" || (own?.status === "away" && own.reason === "manual")
    ? own.status
    : "online";
}

function levelOf(privacy: PrivacyDoc | undefined): string {
  if (!privacy) return "everyone";
  if (privacy.level !== "role") return privacy.level;
  return privacy.role === "developer" ? "developer" : "admin";
}
