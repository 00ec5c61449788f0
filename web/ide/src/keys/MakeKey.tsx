import { useClient } from "@baton/react";
import type { KeyScope } from "@baton/sdk";
import { type FormEvent, useId, useState } from "react";

import { Dialog, Foot } from "../kit/Dialog.tsx";
import { Field, Select } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { KeyShown } from "./KeyShown.tsx";
import css from "./keys.module.css";
import { endOf, LIVES } from "./words.ts";

interface MakeKeyProps {
  scopes: readonly KeyScope[];
  onMade: () => void;
  onClose: () => void;
}

/** Asks what a key is for and how long it is good, makes it, and shows it once. */
export function MakeKey({ scopes, onMade, onClose }: MakeKeyProps) {
  const client = useClient();
  const { http } = useSurroundings();
  const form = useId();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [days, setDays] = useState(90);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<string>();
  if (made !== undefined) return <KeyShown name={name.trim()} text={made} onClose={onClose} />;
  const make = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const expires = endOf(days, client.now());
    const body = { name: name.trim(), scopes: chosen, ...(expires === undefined ? {} : { expires }) };
    const good = await attempt(http.makeKey(client.workspace, body).then((answer) => setMade(answer.key)));
    setBusy(false);
    if (good) onMade();
  };
  const flip = (scope: string) =>
    setChosen((was) => (was.includes(scope) ? was.filter((one) => one !== scope) : [...was, scope]));
  const group = (forWorkspace: boolean) => scopes.filter((one) => one.for_workspace === forWorkspace);
  return (
    <Dialog
      open
      title="New key"
      onClose={onClose}
      foot={
        <Foot
          verb="Make the key"
          form={form}
          disabled={busy || name.trim() === "" || chosen.length === 0}
          onCancel={onClose}
        />
      }
    >
      <form id={form} className={css.form} onSubmit={(event) => void make(event)}>
        <div className={css.row}>
          <Field
            label="Name"
            placeholder="Nightly export"
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.target.value)}
          />
          <Select label="Good for" value={days} onChange={(value) => setDays(Number(value))}>
            {LIVES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        </div>
        <Scopes
          title="In your name"
          about="Colleagues see you, at a program of that name. It may no more than you."
          scopes={group(false)}
          chosen={chosen}
          flip={flip}
        />
        <Scopes
          title="In the name of the workspace"
          about="For your own apps, in the realtime service. It goes on when you have left."
          scopes={group(true)}
          chosen={chosen}
          flip={flip}
        />
      </form>
    </Dialog>
  );
}

interface ScopesProps {
  title: string;
  about: string;
  scopes: readonly KeyScope[];
  chosen: readonly string[];
  flip: (scope: string) => void;
}

function Scopes({ title, about, scopes, chosen, flip }: ScopesProps) {
  return (
    <fieldset className={css.group}>
      <legend>{title}</legend>
      <p className={kit.note}>{about}</p>
      {scopes.map(({ scope, words }) => (
        <label key={scope} className={css.scope}>
          <input type="checkbox" checked={chosen.includes(scope)} onChange={() => flip(scope)} />
          <span>
            <code>{scope}</code>
            <span className={css.words}>{words}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
