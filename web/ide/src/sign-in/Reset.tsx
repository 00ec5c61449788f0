import { asBatonError, type Http } from "@baton/sdk";
import { CircleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import { Banner } from "../kit/Words.tsx";
import { Frame } from "./Frame.tsx";
import css from "./sign-in.module.css";

/** `/reset#TOKEN`: somebody who has lost their password. The token stays behind the `#`. */
export function Reset({ http, token, done }: { http: Http; token: string; done: () => void }) {
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await http.resetPassword(token, password);
      done();
    } catch (thrown) {
      const refused = asBatonError(thrown);
      setError(`${refused.title} ${refused.detail ?? refused.help}`);
      setBusy(false);
    }
  };
  return (
    <Frame title="Set a new password" lead="You are signed out everywhere and sign in with it.">
      <form className={css.form} onSubmit={(event) => void send(event)}>
        <Field
          tall
          label="New password"
          type="password"
          required
          autoFocus
          minLength={10}
          autoComplete="new-password"
          hint="At least 10 characters"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error && (
          <Banner tone="bad" icon={<CircleAlert />}>
            {error}
          </Banner>
        )}
        <Button look="solid" size="large" type="submit" disabled={busy}>
          Set the password
        </Button>
      </form>
    </Frame>
  );
}
