/** Code to copy, with what is the workspace's own already in it. */

export interface Snippet {
  title: string;
  about: string;
  code: string;
}

interface Own {
  /** Where the server is: `https://baton.example.com`. */
  origin: string;
  workspace: string;
  /** The workspace's name in Xano's client. */
  hash: string;
}

/** For both published clients, and for a server without one. */
export function snippets({ origin, workspace, hash }: Own): readonly Snippet[] {
  return [
    {
      title: "@xano/js-sdk",
      about:
        "Channels from a browser or Node. This client always dials wss on port 443 and drops the port of its base URL: put a proxy with a certificate in front.",
      code: `import { XanoClient } from "@xano/js-sdk";

const xano = new XanoClient({
  instanceBaseUrl: "${origin}",
  realtimeConnectionCanonical: "${hash}",
  realtimeAuthToken: null, // or a token from POST …/realtime-tokens
});

const lobby = xano.channel("lobby", { presence: true, history: true });
lobby.on((action) => console.log(action.action, action.payload));
lobby.message({ hello: "everybody" });`,
    },
    {
      title: "Publish an event",
      about:
        "From any server, with a key from the page Keys that has the scope events.write. Stored first where the channel says so.",
      code: `curl -X POST ${origin}/api/v1/workspaces/${workspace}/channels/lobby/events \\
  -H "Authorization: Bearer $BATON_KEY" -H "Content-Type: application/json" \\
  -d '{"data": {"order": 17, "state": "paid"}}'`,
    },
    {
      title: "appwrite",
      about: "Presence records from a browser, for signed-in members.",
      code: `import { Account, Channel, Client, ID, Permission, Presences, Realtime, Role } from "appwrite";

const client = new Client().setEndpoint("${origin}/v1").setProject("${workspace}");
await new Account(client).createEmailPasswordSession({ email, password });

await new Presences(client).upsert({
  presenceId: ID.unique(),
  status: "online",
  permissions: [Permission.read(Role.users())],
  metadata: { page: location.pathname },
});

const realtime = new Realtime(client);
await realtime.subscribe(Channel.presences(), ({ events, payload }) => console.log(events[0], payload));`,
    },
    {
      title: "node-appwrite",
      about:
        "Presence records from a server, for any member, with a key that has presences.read and presences.write.",
      code: `import { Client, Presences, Query } from "node-appwrite";

const client = new Client()
  .setEndpoint("${origin}/v1")
  .setProject("${workspace}")
  .setKey(process.env.BATON_KEY);

const { total, presences } = await new Presences(client).list({
  queries: [Query.equal("status", ["online"]), Query.limit(100)],
  ttl: 10, // an answer up to 10 s old is good enough
});`,
    },
  ];
}
