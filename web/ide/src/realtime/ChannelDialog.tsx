import { useClient } from "@baton/react";
import type { ChannelDoc, MessagingDoc } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Field, Select } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import { FRESH, HISTORY_SIZES } from "./channels.ts";
import css from "./realtime.module.css";

const WHO: Readonly<Record<MessagingDoc, string>> = {
  off: "Nobody",
  anyone: "Everybody in the channel",
  authenticated: "Authenticated clients",
};

interface ChannelDialogProps {
  /** A new one if there is none. */
  channel: ChannelDoc | undefined;
  mayEdit: boolean;
  onSaved: (channel: ChannelDoc) => void;
  onClose: () => void;
}

/** What holds for a name or pattern, from the moment it is saved. */
export function ChannelDialog({ channel, mayEdit, onSaved, onClose }: ChannelDialogProps) {
  const { channels } = useClient();
  const [draft, setDraft] = useState(channel ?? FRESH);
  const [leaving, setLeaving] = useState(false);
  const change = (part: Partial<ChannelDoc>) => setDraft((was) => ({ ...was, ...part }));
  const save = async () => {
    const settings = { ...draft, pattern: draft.pattern.trim() };
    const saved = await attempt(
      channels.call({ call: "set_channel", settings }),
      `${settings.pattern} is saved and holds from now on`,
    );
    if (saved) onSaved(settings);
  };
  const remove = async () => {
    const gone = await attempt(
      channels.call({ call: "remove_channel", pattern: draft.pattern }),
      `${draft.pattern} is deleted; whoever was in it is out`,
    );
    if (gone) onClose();
  };
  return (
    <Dialog
      open
      title={channel ? `Settings of ${channel.pattern}` : "New channel"}
      onClose={onClose}
      foot={
        <>
          {channel && mayEdit && (
            <Button
              look={leaving ? "danger" : "plain"}
              className={css.remove}
              onClick={() => (leaving ? void remove() : setLeaving(true))}
            >
              {leaving ? "Delete it, and put out who is in it" : "Delete…"}
            </Button>
          )}
          <Button onClick={onClose}>{mayEdit ? "Cancel" : "Close"}</Button>
          {mayEdit && (
            <Button look="solid" disabled={draft.pattern.trim() === ""} onClick={() => void save()}>
              Save
            </Button>
          )}
        </>
      }
    >
      <fieldset className={css.form} disabled={!mayEdit}>
        <Field
          label="Name or pattern"
          placeholder="lobby, or rooms/*"
          hint="`rooms/*` stands for all names below `rooms/`. An exact name counts before a pattern."
          value={draft.pattern}
          readOnly={channel !== undefined}
          onChange={(event) => {
            const pattern = event.target.value;
            change({ pattern, nested: pattern.endsWith("/*") });
          }}
        />
        <Field
          label="Description"
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
        <div className={css.switches}>
          <Switch
            label="Active"
            hint="Off: nobody is in it, nothing is published."
            on={draft.active}
            onChange={(active) => change({ active })}
          />
          <Switch
            label="Nested names"
            hint="Names below the stem exist by being joined."
            on={draft.nested}
            onChange={(nested) => change({ nested })}
          />
          <Switch
            label="Anonymous clients"
            hint="Clients without a token may join."
            on={draft.anonymous}
            onChange={(anonymous) => change({ anonymous })}
          />
          <Switch
            label="Presence"
            hint="Everybody in it knows who is in it."
            on={draft.presence}
            onChange={(presence) => change({ presence })}
          />
        </div>
        <div className={css.pair}>
          <WhoSelect
            label="Who sends messages to all"
            value={draft.public}
            onChange={(who) => change({ public: who })}
          />
          <WhoSelect
            label="Who sends private messages"
            value={draft.private}
            onChange={(who) => change({ private: who })}
          />
        </div>
        <Switch
          label="Authenticated messages"
          hint="Authenticated clients may send to authenticated clients alone."
          on={draft.authenticated}
          onChange={(authenticated) => change({ authenticated })}
        />
        <div className={css.pair}>
          <Select
            label="Keep the last"
            value={draft.history}
            onChange={(value) => {
              const history = Number(value);
              change({ history, ...(history === 0 ? { stored: false } : {}) });
            }}
          >
            {HISTORY_SIZES.map((size) => (
              <option key={size} value={size}>
                {size === 0 ? "Nothing" : `${size} messages and events`}
              </option>
            ))}
          </Select>
          <Field
            label="Delete from the database after (days)"
            type="number"
            min={0}
            hint={draft.stored ? "0: never." : "For channels that are stored."}
            disabled={!draft.stored}
            value={draft.retention_days}
            onChange={(event) =>
              change({ retention_days: Math.max(0, Math.round(Number(event.target.value))) })
            }
          />
        </div>
        <Switch
          label="Store in the database"
          hint="Written before anybody hears it; survives a restart; can be paged through."
          on={draft.stored}
          disabled={draft.history === 0}
          onChange={(stored) => change({ stored })}
        />
      </fieldset>
    </Dialog>
  );
}

function WhoSelect({
  label,
  value,
  onChange,
}: {
  label: string;
  value: MessagingDoc;
  onChange: (who: MessagingDoc) => void;
}) {
  return (
    <Select label={label} value={value} onChange={(who) => onChange(who as MessagingDoc)}>
      {Object.entries(WHO).map(([who, words]) => (
        <option key={who} value={who}>
          {words}
        </option>
      ))}
    </Select>
  );
}

interface SwitchProps {
  label: string;
  hint: string;
  on: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

function Switch({ label, hint, on, disabled = false, onChange }: SwitchProps) {
  return (
    <label className={css.switch}>
      <input
        type="checkbox"
        aria-label={label}
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <b>{label}</b>
        <span className={kit.note}>{hint}</span>
      </span>
    </label>
  );
}
