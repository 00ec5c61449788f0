import { asBatonError, type DemoPerson, type Doors, type Http } from "@baton/sdk";
import { ArrowRight, CircleAlert, KeyRound, Mail } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner } from "../kit/Words.tsx";
import { Initials } from "../presence/Initials.tsx";
import { initials } from "../presence/people.ts";
import { Frame } from "./Frame.tsx";
import css from "./sign-in.module.css";

/** What a provider's sign-in that failed brings back behind the `#`. */
const FAILED: Readonly<Record<string, string>> = {
  no_account: "You have no account here. Ask an owner or admin for an invitation, and open its link first.",
  issuer_unavailable: "The server with which you sign in does not answer. Try again in a moment.",
  rate_limited: "Too many tries. Wait a minute.",
};

function failed(hash: string): string | undefined {
  const code = /^#sign-in-failed=([a-z_]+)$/.exec(hash)?.[1];
  return code === undefined ? undefined : (FAILED[code] ?? "That sign-in did not work. Try again.");
}

/** Two fields; another provider if there is one; the demo's people as cards. */
export function SignIn({ http }: { http: Http }) {
  const [demo, setDemo] = useState<readonly DemoPerson[]>([]);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(() => failed(window.location.hash));
  const [doors, setDoors] = useState<Doors>();
  const [sent, setSent] = useState(false);
  useEffect(() => {
    let over = false;
    http.doors().then(
      (found) => !over && setDoors(found),
      () => undefined,
    );
    http.demo().then(
      (people) => !over && setDemo(people ?? []),
      () => undefined,
    );
    return () => {
      over = true;
    };
  }, [http]);
  const signIn = async (who: { email: string; password: string }) => {
    setBusy(true);
    setError(undefined);
    try {
      await http.signIn(who);
    } catch (thrown) {
      const refused = asBatonError(thrown);
      setError(`${refused.title} ${refused.help}`);
      setBusy(false);
    }
  };
  const forgot = async () => {
    setError(undefined);
    if (!email.includes("@")) {
      setError("Type your email first, then ask for the link again.");
      return;
    }
    try {
      await http.forgotPassword(email.trim());
      setSent(true);
    } catch (thrown) {
      const refused = asBatonError(thrown);
      setError(`${refused.title} ${refused.help}`);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void signIn({ email: email.trim(), password });
  };
  return (
    <Frame title="Sign in to Baton">
      <form className={css.form} onSubmit={submit}>
        <Field
          tall
          label="Email"
          type="email"
          autoComplete="username"
          autoFocus
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          tall
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error}
          </Banner>
        )}
        <Button look="solid" size="large" type="submit" disabled={busy}>
          Sign in
        </Button>
        {doors?.mail && !sent && (
          <Button look="plain" onClick={() => void forgot()}>
            I forgot my password
          </Button>
        )}
        {sent && (
          <Banner icon={<Mail />}>
            If there is an account with {email.trim()}, a link to set a new password is on its way.
          </Banner>
        )}
      </form>
      {doors?.open_id !== undefined && (
        <Button size="large" onClick={() => window.location.assign(`${http.base}/api/v1/auth/open-id`)}>
          <KeyRound /> Sign in with {doors.open_id}
        </Button>
      )}
      {demo.length > 0 && (
        <section className={css.demo} aria-label="Demo people">
          <p className={css.or}>or look around as one of the demo team</p>
          {demo.map((person, at) => (
            <button
              key={person.email}
              type="button"
              className={css.person}
              aria-label={`Sign in as ${person.name}`}
              disabled={busy}
              onClick={() => void signIn(person)}
            >
              <Initials
                size="large"
                person={{ initials: initials(person.name), colour: at, editing: false, fading: false }}
              />
              <span>
                <b>{person.name}</b>
                <span className={css.email}>{person.email}</span>
              </span>
              <ArrowRight aria-hidden />
            </button>
          ))}
        </section>
      )}
    </Frame>
  );
}
