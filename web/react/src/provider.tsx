import type { Client } from "@baton/sdk";
import { createContext, useContext, useEffect, type ReactNode } from "react";

const ClientContext = createContext<Client | null>(null);

/** Gives a client to all below; starts it when it appears and stops it (without leaving) when it goes. */
export function BatonProvider({ client, children }: { client: Client; children?: ReactNode }) {
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The client of the nearest [`BatonProvider`]. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("this component must stand below a <BatonProvider>");
  return client;
}
