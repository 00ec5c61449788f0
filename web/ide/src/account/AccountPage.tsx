import { useReadable } from "@baton/react";
import { LogOut, MonitorSmartphone } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Field } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { Page } from "../kit/Page.tsx";
import { ago } from "../kit/time.ts";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import css from "../team/team.module.css";

interface SignIn {
  readonly id: string;
  readonly device: string;
  readonly used: number;
  readonly own: boolean;
}

/** One's own account: where it is signed in, and its password. */
export function AccountPage() {
  const { http } = useSurroundings();
  const user = useReadable(http.user);
  const now = useServerNow(30_000);
  const [rows, setRows] = useState<readonly SignIn[]>();
  const reload = useCallback(
    () =>
      void attempt(
        http.call<{ sign_ins: SignIn[] }>("GET", "/me/sign-ins").then((answer) => setRows(answer.sign_ins)),
      ),
    [http],
  );
  useEffect(reload, [reload]);
  return (
    <Page
      title="Account"
      lead={
        <>
          {user?.name}, {user?.email}
        </>
      }
      width={720}
      dense
    >
      <section className={css.section} aria-label="Sign-ins">
        <div className={css.sectionHead}>
          <h2>Where you are signed in</h2>
        </div>
        <ul className={css.list}>
          {(rows ?? []).map((row) => (
            <li key={row.id} className={css.member}>
              <MonitorSmartphone size={18} aria-hidden />
              <div className={css.who}>
                <b>{row.device}</b>
                {row.own && " (here)"}
                <div className={kit.note}>Used {ago(row.used, now)}</div>
              </div>
              {!row.own && (
                <Button
                  size="small"
                  onClick={() =>
                    void attempt(
                      http.call("DELETE", `/me/sign-ins/${row.id}`),
                      `${row.device} is signed out`,
                    ).then(reload)
                  }
                >
                  <LogOut /> Sign out
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
      <Password changed={reload} />
    </Page>
  );
}

function Password({ changed }: { changed: () => void }) {
  const { http } = useSurroundings();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const done = http.call("PUT", "/me/password", { old, new: fresh });
    if (await attempt(done, "The password is changed; other devices are signed out")) {
      setOld("");
      setFresh("");
      changed();
    }
  };
  return (
    <section className={css.section} aria-label="Password">
      <div className={css.sectionHead}>
        <h2>Password</h2>
      </div>
      <form className={css.invite} onSubmit={(event) => void send(event)}>
        <Field
          label="Password now"
          type="password"
          required
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.target.value)}
        />
        <Field
          label="New password"
          type="password"
          required
          minLength={10}
          autoComplete="new-password"
          hint="At least 10 characters. All other devices are signed out."
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
        />
        <div>
          <Button look="solid" type="submit">
            Change the password
          </Button>
        </div>
      </form>
    </section>
  );
}
