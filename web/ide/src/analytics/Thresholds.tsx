import { useClient } from "@baton/react";
import type { PresenceSettings } from "@baton/sdk";
import { useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { SwitchRow } from "../kit/SwitchRow.tsx";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import css from "./analytics.module.css";

/** When somebody is away and offline, and what the workspace keeps. */
export function Thresholds() {
  const client = useClient();
  const { http } = useSurroundings();
  const [settings, setSettings] = useState<PresenceSettings>();
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    void attempt(http.presenceSettings(client.workspace).then(setSettings));
  }, [http, client]);
  if (!settings) return null;
  const change = (part: Partial<PresenceSettings>) => {
    setSettings({ ...settings, ...part });
    setChanged(true);
  };
  const number = (label: string, key: "away_s" | "offline_s" | "retention_days", unit: number) => (
    <Field
      label={label}
      type="number"
      min={0}
      step="any"
      value={settings[key] / unit}
      onChange={(event) => change({ [key]: Math.round(Number(event.target.value) * unit) })}
    />
  );
  const save = async () => {
    const good = await attempt(
      http.setPresenceSettings(client.workspace, settings),
      "The settings count from now on",
    );
    if (good) setChanged(false);
  };
  return (
    <section className={css.figure} aria-label="Status settings">
      <h2>Settings</h2>
      <form
        className={css.settings}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={css.three}>
          {number("Away after (minutes without input)", "away_s", 60)}
          {number("Offline after (minutes without input)", "offline_s", 60)}
          {number("Keep figures for (days)", "retention_days", 1)}
        </div>
        <SwitchRow
          label="Keep each member's status history and activity, for themselves and for admins"
          on={settings.history}
          onChange={(history) => change({ history })}
        />
        {!settings.history && <p className={css.note}>Saving this deletes what was kept so far.</p>}
        <div>
          <Button look="solid" type="submit" disabled={!changed}>
            Save settings
          </Button>
        </div>
      </form>
    </section>
  );
}
