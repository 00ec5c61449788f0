import { useClient } from "@baton/react";
import { useEffect, useState } from "react";

import { CopyButton } from "../keys/CopyButton.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import css from "./realtime.module.css";
import { type Snippet, snippets } from "./snippets.ts";

/** What apps need to connect: the workspace's names, and code to copy. */
export function ConnectView() {
  const client = useClient();
  const { http, workspace } = client;
  const [hash, setHash] = useState<string>();
  useEffect(() => {
    let over = false;
    const asked = http
      .call<{ hash: string }>("GET", `/workspaces/${workspace}/channels`)
      .then((found) => void (over || setHash(found.hash)));
    void attempt(asked);
    return () => {
      over = true;
    };
  }, [http, workspace]);
  const origin = http.base || location.origin;
  return (
    <div className={css.scroll}>
      <div className={css.connect}>
        <dl className={css.names}>
          <dt>Project and team id</dt>
          <dd>
            <code>{workspace}</code>
            <CopyButton text={workspace} what="the project id" />
          </dd>
          <dt>Connection hash</dt>
          <dd>
            <code>{hash ?? "…"}</code>
            {hash !== undefined && <CopyButton text={hash} what="the connection hash" />}
          </dd>
        </dl>
        {hash !== undefined &&
          snippets({ origin, workspace, hash }).map((one) => <Code key={one.title} snippet={one} />)}
      </div>
    </div>
  );
}

function Code({ snippet }: { snippet: Snippet }) {
  return (
    <section className={css.snippet} aria-label={snippet.title}>
      <div className={css.snippetHead}>
        <div>
          <h2>{snippet.title}</h2>
          <p className={kit.note}>{snippet.about}</p>
        </div>
        <CopyButton text={snippet.code} what={snippet.title} />
      </div>
      <pre>
        <code>{snippet.code}</code>
      </pre>
    </section>
  );
}
