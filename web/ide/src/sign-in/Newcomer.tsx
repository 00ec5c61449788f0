import { asBatonError, type Http, type Invitation } from "@baton/sdk";
import { CircleAlert } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner } from "../kit/Words.tsx";
import { Frame } from "./Frame.tsx";
import css from "./sign-in.module.css";

interface NewcomerProps {
  title: string;
  lead: string;
  action: string;
  workspace?: boolean;
  submit: (who: { name: string; email: string; password: string; workspace: string }) => Promise<unknown>;
}

const SHORTEST = 10;

/** The form of somebody who has no account yet. */
function Newcomer({ title, lead, action, workspace = false, submit }: NewcomerProps) {
  const [who, setWho] = useState({ name: "", email: "", password: "", workspace: "" });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const set = (name: keyof typeof who) => (event: { target: { value: string } }) =>
    setWho((was) => ({ ...was, [name]: event.target.value }));
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await submit(who);
    } catch (thrown) {
      const refused = asBatonError(thrown);
      setError(`${refused.title} ${refused.detail ?? refused.help}`);
      setBusy(false);
    }
  };
  return (
    <Frame title={title} lead={lead}>
      <form className={css.form} onSubmit={(event) => void send(event)}>
        {workspace && (
          <Field
            tall
            label="Workspace"
            required
            autoFocus
            value={who.workspace}
            onChange={set("workspace")}
            placeholder="Acme"
          />
        )}
        <Field tall label="Name" required autoComplete="name" value={who.name} onChange={set("name")} />
        <Field
          tall
          label="Email"
          type="email"
          required
          autoComplete="username"
          value={who.email}
          onChange={set("email")}
        />
        <Field
          tall
          label="Password"
          type="password"
          required
          minLength={SHORTEST}
          autoComplete="new-password"
          hint={`At least ${SHORTEST} characters`}
          value={who.password}
          onChange={set("password")}
        />
        {error && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error}
          </Banner>
        )}
        <Button look="solid" size="large" type="submit" disabled={busy}>
          {action}
        </Button>
      </form>
    </Frame>
  );
}

/** `/setup#TOKEN`: the first owner. The token stays behind the `#`, so that no server log holds it. */
export function SetUp({ http, token, done }: { http: Http; token: string; done: () => void }) {
  return (
    <Newcomer
      title="Set up Baton"
      lead="You will own this instance and its first workspace."
      action="Create the workspace"
      workspace
      submit={async (who) => {
        const user = await http.setUp({ token, ...who });
        if (!user) await http.signIn(who);
        done();
      }}
    />
  );
}

/** `/invitation#TOKEN`: somebody who was invited. */
export function Join({ http, token, done }: { http: Http; token: string; done: () => void }) {
  const [found, setFound] = useState<Invitation>();
  const [error, setError] = useState<string>();
  const [signedIn, setSignedIn] = useState(() => http.user.get());
  useEffect(() => http.user.subscribe(() => setSignedIn(http.user.get())), [http]);
  useEffect(() => {
    http.invitation(token).then(setFound, (thrown: unknown) => setError(asBatonError(thrown).title));
  }, [http, token]);
  if (error !== undefined) {
    return (
      <Frame title="This invitation cannot be used" lead={error}>
        <p className={css.lead}>Ask whoever sent it for a new link.</p>
      </Frame>
    );
  }
  const name = typeof found?.workspace === "string" ? found.workspace : (found?.workspace.name ?? "…");
  const lead = `You are invited as ${found?.role ?? "…"}.`;
  if (signedIn) {
    const accept = () =>
      http.acceptInvitation(token, {}).then(done, (thrown: unknown) => setError(asBatonError(thrown).title));
    return (
      <Frame title={`Join ${name}`} lead={`${lead} You are signed in as ${signedIn.name}.`}>
        <Button look="solid" size="large" onClick={() => void accept()}>
          Join
        </Button>
      </Frame>
    );
  }
  return (
    <Newcomer
      title={`Join ${name}`}
      lead={lead}
      action="Join"
      submit={async ({ name: own, email, password }) => {
        const user = await http.acceptInvitation(token, { name: own, email, password });
        if (!user) await http.signIn({ email, password });
        done();
      }}
    />
  );
}
