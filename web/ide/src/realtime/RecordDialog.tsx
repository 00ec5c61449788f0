import { useClient } from "@baton/react";
import type { PresenceRecordDoc } from "@baton/sdk";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Area, Field, Select } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import css from "./realtime.module.css";

const MINUTE = 60_000;
const LIVES = [
  { name: "15 minutes", ms: 15 * MINUTE },
  { name: "An hour", ms: 60 * MINUTE },
  { name: "A day", ms: 24 * 60 * MINUTE },
  { name: "As long as this tab", ms: undefined },
] as const;

const READERS = [
  { name: "All members", permissions: ['read("users")'] },
  { name: "Anybody, also guests", permissions: ['read("any")'] },
  { name: "Only me", permissions: undefined },
] as const;

/** Writes one's own record. */
export function RecordDialog({
  record,
  onClose,
}: {
  record: PresenceRecordDoc | undefined;
  onClose: () => void;
}) {
  const client = useClient();
  const [status, setStatus] = useState(record?.status ?? "online");
  const [metadata, setMetadata] = useState(record ? JSON.stringify(record.metadata, null, 2) : "{}");
  const [life, setLife] = useState(0);
  const [readers, setReaders] = useState(0);
  const parsed = objectIn(metadata);
  const save = async () => {
    const ms = LIVES[life]?.ms;
    const permissions = READERS[readers]?.permissions;
    const good = await attempt(
      client.presences.call({
        do: "upsert",
        presence: record?.id ?? crypto.randomUUID(),
        status: status.trim(),
        ...(parsed ? { metadata: parsed } : {}),
        ...(permissions ? { permissions: [...permissions] } : {}),
        ...(ms === undefined ? { bound: true } : { expires: Math.round(client.now() + ms) }),
      }),
      "Your record is written",
    );
    if (good) onClose();
  };
  return (
    <Dialog
      open
      title="My presence record"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="solid" disabled={status.trim() === "" || !parsed} onClick={() => void save()}>
            Write
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <Field
          label="Status"
          maxLength={256}
          value={status}
          onChange={(event) => setStatus(event.target.value)}
        />
        <div className={css.pair}>
          <Select label="Lives for" value={life} onChange={(value) => setLife(Number(value))}>
            {LIVES.map((one, index) => (
              <option key={one.name} value={index}>
                {one.name}
              </option>
            ))}
          </Select>
          <Select label="Who may read it" value={readers} onChange={(value) => setReaders(Number(value))}>
            {READERS.map((one, index) => (
              <option key={one.name} value={index}>
                {one.name}
              </option>
            ))}
          </Select>
        </div>
        <Area
          label="Metadata"
          rows={4}
          value={metadata}
          aria-invalid={!parsed}
          onChange={(event) => setMetadata(event.target.value)}
        />
        {!parsed && <p className={kit.error}>Metadata is a JSON object.</p>}
      </div>
    </Dialog>
  );
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
