import { useReadable } from "@baton/react";
import { createClient, type Client, type Http, type User } from "@baton/sdk";
import { Tooltip } from "radix-ui";
import { useEffect, useState } from "react";
import { Redirect, useLocation } from "wouter";

import { deviceOf } from "../room/device.ts";
import { Join, SetUp } from "../sign-in/Newcomer.tsx";
import { Reset } from "../sign-in/Reset.tsx";
import { SignIn } from "../sign-in/SignIn.tsx";
import { WorkspacePick } from "../sign-in/WorkspacePick.tsx";
import { placeOf } from "./navigation.ts";
import { Splash } from "./Splash.tsx";
import { Workspace } from "./Workspace.tsx";

interface AppProps {
  http: Http;
  /** Makes the client of a workspace; the development page gives its own. */
  connect?: (http: Http, workspace: string) => Client;
}

/** From the address to the page, by way of signing in. */
export function App({ http, connect = connectToServer }: AppProps) {
  const user = useReadable(http.user);
  useEffect(() => {
    if (user === undefined) http.restore().catch(() => undefined);
  }, [http, user]);
  return (
    <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
      <Page http={http} user={user} connect={connect} />
    </Tooltip.Provider>
  );
}

function connectToServer(http: Http, workspace: string): Client {
  return createClient({ http, workspace, device: deviceOf(navigator.userAgent) });
}

function Page({ http, user, connect }: Required<AppProps> & { user: User | null | undefined }) {
  const [path, go] = useLocation();
  const [token] = useState(() => window.location.hash.slice(1));
  const home = () => go("/", { replace: true });
  if (path === "/setup" && token) return <SetUp http={http} token={token} done={home} />;
  if (path === "/invitation" && token) return <Join http={http} token={token} done={home} />;
  if (path === "/reset" && token) return <Reset http={http} token={token} done={home} />;
  if (user === undefined) return <Splash />;
  if (user === null) return <SignIn http={http} />;
  const place = placeOf(path);
  if (place) {
    return (
      <Workspace
        key={place.workspace}
        http={http}
        user={user}
        workspace={place.workspace}
        connect={connect}
      />
    );
  }
  return path === "/" ? <WorkspacePick http={http} /> : <Redirect to="/" replace />;
}
