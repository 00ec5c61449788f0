import { useClient } from "@baton/react";
import { Emitter, type LockDoc } from "@baton/sdk";
import { useCallback, useEffect, useRef, useState } from "react";

import { type Passing, staysFor } from "./cards.ts";
import { told } from "./tell.ts";

/** Told when somebody opens or tries to edit what another holds. */
export const lockMet = new Emitter<LockDoc>();

/** The notices that pass, each for its time; `hold` stops the time while somebody reads. `chat`: whether lines are among them. */
export function usePassing({ chat }: { chat: boolean }) {
  const client = useClient();
  const [list, setList] = useState<readonly Passing[]>([]);
  const held = useRef(false);
  const next = useRef(0);
  useEffect(() => {
    const push = (what: Passing["what"]) => {
      if (!chat && isChat(what)) return;
      next.current += 1;
      const one = { key: next.current, at: Date.now(), what };
      setList((was) => [...was.filter((other) => !replaces(what, other.what)), one].slice(-50));
    };
    const ends = [
      client.onNotice((notice) => push({ kind: "notice", notice })),
      told.on((one) => push({ kind: "told", told: one })),
      lockMet.on((lock) => push({ kind: "locked", lock })),
    ];
    const sweep = setInterval(() => {
      if (held.current) return;
      const now = Date.now();
      setList((was) => {
        const left = was.filter((one) => now - one.at < staysFor(one));
        return left.length === was.length ? was : left;
      });
    }, 500);
    return () => {
      for (const end of ends) end();
      clearInterval(sweep);
    };
  }, [client, chat]);
  const dismiss = useCallback((key: number) => setList((was) => was.filter((one) => one.key !== key)), []);
  const hold = useCallback((on: boolean) => {
    held.current = on;
  }, []);
  // What is read elsewhere by now need not be told, nor told again later.
  if (!chat && list.some(({ what }) => isChat(what))) setList(list.filter(({ what }) => !isChat(what)));
  return { list, dismiss, hold };
}

function isChat(what: Passing["what"]): boolean {
  return what.kind === "notice" && what.notice.kind === "chat";
}

/** Whether a notice says again what an older one said. */
function replaces(next: Passing["what"], old: Passing["what"]): boolean {
  if (next.kind === "locked" && old.kind === "locked") return true;
  if (next.kind === "told" && old.kind === "told") return next.told.title === old.told.title;
  if (next.kind !== "notice" || old.kind !== "notice") return false;
  const [now, before] = [next.notice, old.notice];
  // The last line of somebody stands for those before it, unless one of them is addressed to oneself.
  if (now.kind === "chat" && before.kind === "chat")
    return now.line.user === before.line.user && !before.mine;
  // Of what colleagues give back only the latest is worth a glance.
  return (now.kind === "recovered" || now.kind === "released") && before.kind === now.kind;
}
