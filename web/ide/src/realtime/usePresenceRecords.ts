import { useClient } from "@baton/react";
import { asBatonError, type BatonError, type PresencePostDoc, type PresenceRecordDoc } from "@baton/sdk";
import { useEffect, useState } from "react";

/** Records that the page takes. */
const MOST = 500;

/** The records that one may read, as they change. */
export interface Records {
  /** Changed last first; `undefined` until they are known. */
  records: readonly PresenceRecordDoc[] | undefined;
  /** How many there are beyond those. */
  more: number;
  error: BatonError | undefined;
}

/** Hears of records and reads those that are there; what was missed in between is read again. */
export function usePresenceRecords(): Records {
  const { presences } = useClient();
  const [state, setState] = useState<Records>({ records: undefined, more: 0, error: undefined });
  useEffect(() => {
    let over = false;
    const fail = (error: BatonError) => void (over || setState((was) => ({ ...was, error })));
    const queries = [
      { method: "orderDesc", attribute: "$updatedAt", values: [] },
      { method: "limit", values: [MOST] },
    ];
    const read = () => {
      presences.call({ do: "list", queries }).then(
        (reply) => {
          if (over || reply.answer !== "presence_records") return;
          const more = Math.max(0, reply.total - reply.records.length);
          setState({ records: reply.records, more, error: undefined });
        },
        (thrown: unknown) => fail(asBatonError(thrown)),
      );
    };
    const end = presences.subscribe(
      {},
      {
        onLive: read,
        onPost: (post) =>
          setState((was) => (was.records ? { ...was, records: changed(was.records, post) } : was)),
        onRefused: fail,
      },
    );
    return () => {
      over = true;
      end();
    };
  }, [presences]);
  return state;
}

/** The records after one more event. */
export function changed(
  records: readonly PresenceRecordDoc[],
  { event, record }: Pick<PresencePostDoc, "event" | "record">,
): readonly PresenceRecordDoc[] {
  const others = records.filter((one) => one.id !== record.id);
  return event === "delete" ? others : [record, ...others].slice(0, MOST);
}
