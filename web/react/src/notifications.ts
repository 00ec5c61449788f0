import type { Notice } from "@baton/sdk";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useRequestsForMe, type IncomingRequest } from "./locks.ts";
import { useClient } from "./provider.tsx";

/** A notice that waits to be seen. */
export interface Notification {
  /** Names it for `dismiss`. */
  readonly key: number;
  /** When it came, server's clock. */
  readonly at: number;
  readonly notice: Notice;
}

/** The lower left corner. */
export interface NotificationsHandle {
  /** Requests of colleagues: persistent until answered or ended; shown first. */
  readonly requests: readonly IncomingRequest[];
  /** Everything else, oldest first; the application decides how long a kind stays. */
  readonly notices: readonly Notification[];
  readonly dismiss: (key: number) => void;
  readonly clear: () => void;
}

/** How many notices are kept; the oldest go first. */
const KEPT = 100;

/** What a person should hear of: requests for this tab, and each other notice once. */
export function useNotifications(): NotificationsHandle {
  const client = useClient();
  const requests = useRequestsForMe();
  const [notices, setNotices] = useState<readonly Notification[]>([]);
  useEffect(() => {
    let key = 0;
    return client.onNotice((notice) => {
      // Requests stand in `requests` for as long as they are open.
      if (notice.kind === "request") return;
      key += 1;
      const entry = { key, at: client.now(), notice };
      setNotices((list) => [...list, entry].slice(-KEPT));
    });
  }, [client]);
  const dismiss = useCallback(
    (key: number) => setNotices((list) => list.filter((one) => one.key !== key)),
    [],
  );
  const clear = useCallback(() => setNotices([]), []);
  return useMemo(() => ({ requests, notices, dismiss, clear }), [requests, notices, dismiss, clear]);
}
