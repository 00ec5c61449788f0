import { Store, type Http, type User } from "@baton/sdk";

import rows from "./catalogue.json";

const ANA: User = { id: "ana", name: "Ana", email: "ana@acme.test" };

/** HTTP without a server. `as=ana` is signed in. */
export function fakeHttp(as: string | null): Http {
  const user = new Store<User | null | undefined>(as ? ANA : null);
  const known: Partial<Http> = {
    user,
    restore: async () => user.get() ?? null,
    signIn: async () => {
      user.set(ANA);
      return ANA;
    },
    signOut: async () => user.set(null),
    demo: async () =>
      ["Ana", "Ben", "Cleo"].map((name) => ({
        name,
        email: `${name.toLowerCase()}@acme.test`,
        password: "x",
      })),
    me: async () => ({ user: ANA, workspaces: [{ id: "acme", name: "Acme", role: "owner" as const }] }),
    catalogue: async () => rows.map((row) => ({ ...row, arms: row.arms as unknown })),
    invite: async () => ({ url: "https://baton.test/join#t0k3n", token: "t0k3n", expires: 0, mailed: false }),
  };
  return known as Http;
}
