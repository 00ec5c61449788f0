import { useChat, useClient, useReadable, useTyping } from "@baton/react";
import type { ChatLineDoc } from "@baton/sdk";
import { ArrowDown, MessageSquareDashed } from "lucide-react";
import { Fragment, type RefObject, useCallback, useEffect, useRef, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Empty } from "../kit/Words.tsx";
import { Box } from "./Box.tsx";
import css from "./chat.module.css";
import { Line, Pending } from "./Line.tsx";

/** Lines of one person within this time stand under one head, in milliseconds. */
const TOGETHER_MS = 3 * 60_000;

/** The session's chat: gone at a refresh, never written. */
export function Chat() {
  const { lines, pending, read } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const { unread, first, away, moved, down } = useReading(box, lines.length + pending.length, read);
  const said = new Set(lines.map((line) => line.client_id));
  const waiting = pending.filter((line) => !said.has(line.clientId));
  return (
    <section className={css.chat} aria-label="Chat">
      <div className={css.lines} ref={box} onScroll={moved} role="log" aria-label="Lines" tabIndex={0}>
        {lines.length === 0 && waiting.length === 0 && (
          <Empty icon={<MessageSquareDashed />} title="Nothing said yet">
            Talk with those who are here. It is gone when you refresh, and never written to disk.
          </Empty>
        )}
        {lines.map((line, at) => (
          <Fragment key={`${line.user} ${line.client_id}`}>
            <Gap lines={missed(lines[at - 1], line)} />
            {line === first && <p className={css.fresh}>New</p>}
            <Line line={line} under={line !== first && follows(lines[at - 1], line)} />
          </Fragment>
        ))}
        {waiting.map((line) => (
          <Pending key={line.clientId} line={line} />
        ))}
      </div>
      {away && (
        <div className={css.down}>
          <Button size="small" onClick={down}>
            <ArrowDown /> {unread === 0 ? "Latest" : unread === 1 ? "1 new line" : `${unread} new lines`}
          </Button>
        </div>
      )}
      <Typing />
      <Box />
    </section>
  );
}

/** Whether a line is shown under the same head as the one before. */
function follows(before: ChatLineDoc | undefined, line: ChatLineDoc): boolean {
  return before?.user === line.user && line.at - before.at < TOGETHER_MS && missed(before, line) === 0;
}

/** How many lines lie between two that were heard one after the other. */
function missed(before: ChatLineDoc | undefined, line: ChatLineDoc): number {
  return before === undefined ? 0 : Math.max(0, line.number - before.number - 1);
}

function Gap({ lines }: { lines: number }) {
  if (lines === 0) return null;
  return (
    <p className={css.missed}>
      {lines === 1 ? "1 line was missed here and is gone" : `${lines} lines were missed here and are gone`}
    </p>
  );
}

function Typing() {
  const writers = useTyping();
  const names = writers.slice(0, 3).map((one) => one.name);
  const more = writers.length - names.length;
  const who = more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
  return (
    <p className={css.typing} aria-live="polite">
      {writers.length > 0 && `${who} ${writers.length > 1 ? "are" : "is"} typing…`}
    </p>
  );
}

/** The end of the chat stays in view as long as one is there; who has scrolled up is not pulled down. */
function useReading(box: RefObject<HTMLDivElement | null>, count: number, read: () => void) {
  const { talk } = useClient();
  const { lines: unread } = useReadable(talk.unread);
  const [first] = useState(() => talk.unread.get().first);
  const [away, setAway] = useState(false);
  const moved = useCallback(() => {
    const { current } = box;
    if (current) setAway(current.scrollHeight - current.scrollTop - current.clientHeight > 40);
  }, [box]);
  const down = useCallback(() => {
    const { current } = box;
    current?.scrollTo({ top: current.scrollHeight });
  }, [box]);
  useEffect(() => {
    if (!away) down();
  }, [count, away, down]);
  useEffect(() => {
    // What nobody looks at is not read.
    const look = () => {
      if (!away && document.visibilityState === "visible" && document.hasFocus()) read();
    };
    look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [unread, away, read]);
  return { unread, first, away, moved, down };
}
