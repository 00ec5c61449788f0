import { BatonProvider, useClient, useReadable } from "@baton/react";
import type { Client, Http, User } from "@baton/sdk";
import { useEffect, useMemo, useState } from "react";

import { Whereabouts } from "../presence/whereabouts.ts";
import { type Catalogue, catalogueFrom } from "../room/catalogue.ts";
import { SurroundingsProvider } from "../room/Surroundings.tsx";
import { Layout } from "./Layout.tsx";
import { Splash } from "./Splash.tsx";
import { Stopped } from "./Stopped.tsx";

interface WorkspaceProps {
  http: Http;
  user: User;
  workspace: string;
  connect: (http: Http, workspace: string) => Client;
}

/** One workspace: its client, its catalogue, and all below. */
export function Workspace({ http, user, workspace, connect }: WorkspaceProps) {
  const client = useMemo(() => connect(http, workspace), [connect, http, workspace]);
  const [catalogue, setCatalogue] = useState<Catalogue>();
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const load = () => {
      http.catalogue().then(
        (rows) => !over && setCatalogue(catalogueFrom(rows)),
        () => {
          timer = setTimeout(load, 2000);
        },
      );
    };
    load();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [http]);
  const whereabouts = useMemo(() => new Whereabouts(client), [client]);
  const surroundings = useMemo(
    () => catalogue && { http, user, catalogue, whereabouts },
    [http, user, catalogue, whereabouts],
  );
  return (
    <BatonProvider client={client}>
      {surroundings ? (
        <SurroundingsProvider value={surroundings}>
          <Gate />
        </SurroundingsProvider>
      ) : (
        <Splash words="Loading the workspace…" />
      )}
    </BatonProvider>
  );
}

function Gate() {
  const client = useClient();
  const { ready, name } = useReadable(client.room);
  const { status, reason } = useReadable(client.status);
  useEffect(() => {
    if (name) document.title = `${name} · Baton`;
  }, [name]);
  if (status === "stopped" && reason !== "stopped") return <Stopped reason={reason} />;
  return ready ? <Layout /> : <Splash words="Loading the workspace…" />;
}
