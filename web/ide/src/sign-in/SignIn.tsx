import { asBatonError, type DemoPerson, type Http } from "@baton/sdk";
import { ArrowRight, CircleAlert } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner } from "../kit/Words.tsx";
import { Initials } from "../presence/Initials.tsx";
import { initials } from "../presence/people.ts";
import { Frame } from "./Frame.tsx";
import css from "./sign-in.module.css";

/** Two fields; the demo's people as cards. */
export function SignIn({ http }: { http: Http }) {
  const [demo, setDemo] = useState<readonly DemoPerson[]>([]);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  useEffect(() => {
    let over = false;
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
      </form>
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
