import { asBatonError, type Http, type WorkspaceSummary } from "@baton/sdk";
import { ArrowRight, CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { Redirect, useLocation } from "wouter";

import { Button } from "../kit/Button.tsx";
import { Banner } from "../kit/Words.tsx";
import { Frame } from "./Frame.tsx";
import css from "./sign-in.module.css";

/** The workspaces of the account; with one, there is nothing to pick. */
export function WorkspacePick({ http }: { http: Http }) {
  const [found, setFound] = useState<readonly WorkspaceSummary[]>();
  const [error, setError] = useState<string>();
  const [, go] = useLocation();
  useEffect(() => {
    http.me().then(
      (me) => setFound(me.workspaces),
      (thrown: unknown) => setError(asBatonError(thrown).title),
    );
  }, [http]);
  const [only] = found ?? [];
  if (only && found?.length === 1) return <Redirect to={`/w/${only.id}`} replace />;
  return (
    <Frame title="Your workspaces">
      {error && (
        <Banner tone="bad" icon={<CircleAlert />}>
          {error}
        </Banner>
      )}
      {found?.length === 0 && (
        <p className={css.lead}>You are in none. Ask a colleague for an invitation link.</p>
      )}
      <div className={css.demo}>
        {found?.map((one) => (
          <button key={one.id} type="button" className={css.person} onClick={() => go(`/w/${one.id}`)}>
            <span>
              <b>{one.name}</b>
              <span className={css.email}>{one.role}</span>
            </span>
            <ArrowRight aria-hidden />
          </button>
        ))}
      </div>
      <Button look="plain" onClick={() => void http.signOut()}>
        Sign out
      </Button>
    </Frame>
  );
}
