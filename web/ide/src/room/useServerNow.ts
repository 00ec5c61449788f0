import { useClient } from "@baton/react";

import { useTick } from "../kit/useNow.ts";

/** The server's clock, looked at again every `every` milliseconds: what all shown times are relative to. */
export function useServerNow(every: number): number {
  const client = useClient();
  useTick(every);
  return client.now();
}
