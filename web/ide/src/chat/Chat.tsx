import { useChat, useClient, useReadable, useTyping } from "@baton/react";
import type { ChatLineDoc, LockPathDoc } from "@baton/sdk";
import { Link2, MessageSquareDashed, SendHorizontal, X } from "lucide-react";
import { Fragment, type KeyboardEvent, useEffect, useRef, useState } from "react";

import { IconButton } from "../kit/Button.tsx";
import { clock } from "../kit/time.ts";
import { Empty } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import { useNavigation } from "../shell/navigation.ts";
import css from "./chat.module.css";
import { mentionAt, mentionsIn } from "./mentions.ts";

/** The session's chat: gone at a refresh, never written. */
export function Chat() {
  const { lines, missed, send, typing } = useChat();
  const room = useReadable(useClient().room);
  const writers = useTyping();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [lines.length]);
  const members = [...room.members.values()];
  return (
    <section className={css.chat} aria-label="Chat">
      <div className={css.lines}>
        {missed > 0 && <p className={css.missed}>{missed} lines were missed and are no longer there</p>}
        {lines.length === 0 && (
          <Empty icon={<MessageSquareDashed />} title="Nothing said yet">
            Talk with those who are here. It is gone when you refresh, and never written to disk.
          </Empty>
        )}
        {lines.map((line, at) => (
          <Line key={line.number} line={line} follows={follows(lines[at - 1], line)} />
        ))}
        <div ref={end} />
      </div>
      <p className={css.typing} aria-live="polite">
        {writers.length > 0 &&
          `${writers.map((one) => one.name).join(", ")} ${writers.length > 1 ? "are" : "is"} typing…`}
      </p>
      <Box
        names={members.filter((one) => one.user !== room.user).map((one) => one.name)}
        typing={typing}
        send={(text, link) =>
          attempt(send(text, { mentions: mentionsIn(text, members), ...(link ? { link } : {}) }))
        }
      />
    </section>
  );
}

/** Whether a line is shown under the same head as the one before. */
function follows(before: ChatLineDoc | undefined, line: ChatLineDoc): boolean {
  return before?.user === line.user && line.at - before.at < 3 * 60_000;
}

function Line({ line, follows: under }: { line: ChatLineDoc; follows: boolean }) {
  const { who, what } = useNames();
  const { openObject } = useNavigation();
  const { members } = useReadable(useClient().room);
  const person = who(line.user);
  const { link } = line;
  const names = line.mentions.flatMap((user) => members.get(user)?.name ?? []);
  return (
    <div className={css.line} data-testid="chat-line" data-under={under} data-colour={person.colour}>
      {under ? <span /> : <Initials person={person} />}
      <div>
        {!under && (
          <div className={css.head}>
            <b>{person.name}</b> <time>{clock(line.at)}</time>
          </div>
        )}
        <p className={css.text}>
          {line.text.split(/(@[\p{L}\p{N}]+)/u).map((part, at) => (
            <Fragment key={at}>
              {names.includes(part.slice(1)) && part.startsWith("@") ? (
                <span className={css.mention}>{part}</span>
              ) : (
                part
              )}
            </Fragment>
          ))}
        </p>
        {link && (
          <button type="button" className={css.link} onClick={() => openObject(link.object, link.item)}>
            <Link2 size={12} /> {what(link)}
          </button>
        )}
      </div>
    </div>
  );
}

interface BoxProps {
  names: readonly string[];
  typing: (on: boolean) => void;
  send: (text: string, link: LockPathDoc | undefined) => Promise<boolean>;
}

/** Where one writes: Enter sends, @ names somebody, the chain adds the selected step. */
function Box({ names, typing, send }: BoxProps) {
  const { place } = useNavigation();
  const { what } = useNames();
  const [text, setText] = useState("");
  const [link, setLink] = useState<LockPathDoc>();
  const [caret, setCaret] = useState(0);
  const input = useRef<HTMLTextAreaElement>(null);
  const asked = mentionAt(text, caret);
  const found =
    asked === undefined ? [] : names.filter((name) => name.toLowerCase().startsWith(asked.toLowerCase()));
  const here =
    place.object === undefined
      ? undefined
      : { object: place.object, ...(place.item ? { item: place.item } : {}) };
  const complete = (name: string) => {
    if (asked === undefined) return;
    const start = caret - asked.length;
    setText(`${text.slice(0, start)}${name} ${text.slice(caret)}`);
    setCaret(start + name.length + 1);
    input.current?.focus();
  };
  const submit = () => {
    const line = text.trim();
    if (line === "") return;
    setText("");
    setLink(undefined);
    typing(false);
    void send(line, link).then((good) => !good && setText((now) => now || line));
  };
  const pressed = (event: KeyboardEvent) => {
    const [first] = found;
    if (event.key === "Tab" && first !== undefined) {
      event.preventDefault();
      complete(first);
    } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <form
      className={css.box}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {found.length > 0 && (
        <ul className={css.found}>
          {found.slice(0, 5).map((name) => (
            <li key={name}>
              <button type="button" onClick={() => complete(name)}>
                @{name}
              </button>
            </li>
          ))}
        </ul>
      )}
      {link && (
        <div className={css.linked}>
          <Link2 size={12} /> <span>{what(link)}</span>
          <IconButton name="Without the link" className={css.unlink} onClick={() => setLink(undefined)}>
            <X />
          </IconButton>
        </div>
      )}
      <textarea
        ref={input}
        aria-label="Message"
        placeholder="Message everyone here"
        rows={1}
        maxLength={2000}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setCaret(event.target.selectionStart);
          typing(event.target.value !== "");
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={pressed}
      />
      <div className={css.tools}>
        <IconButton
          name="Link to what is selected"
          disabled={!here}
          onClick={() => {
            setLink(here);
            input.current?.focus();
          }}
        >
          <Link2 />
        </IconButton>
        <IconButton name="Send" type="submit" keys="↵" disabled={text.trim() === ""}>
          <SendHorizontal />
        </IconButton>
      </div>
    </form>
  );
}
