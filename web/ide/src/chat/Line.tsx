import { useClient, useReadable } from "@baton/react";
import type { ChatLineDoc, LockPathDoc, PendingLine } from "@baton/sdk";
import { CircleAlert, Link2 } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "../kit/Button.tsx";
import { clock } from "../kit/time.ts";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import type { Person } from "../presence/people.ts";
import { useNavigation } from "../shell/navigation.ts";
import css from "./chat.module.css";
import { pieces } from "./mentions.ts";

/** A line that was said; `under`: by the same person as the one before, a moment later. */
export function Line({ line, under }: { line: ChatLineDoc; under: boolean }) {
  const { who } = useNames();
  const { user } = useReadable(useClient().room);
  const person = who(line.user);
  return (
    <div
      className={css.line}
      data-testid="chat-line"
      data-under={under}
      data-colour={person.colour}
      data-addressed={line.mentions.includes(user)}
    >
      {under ? <span /> : <Initials person={person} />}
      <div>
        {!under && <Head person={person} at={line.at} />}
        <Words text={line.text} mentions={line.mentions} />
        {line.link && <Link to={line.link} />}
      </div>
    </div>
  );
}

/** A line on its way, or one that was refused. */
export function Pending({ line }: { line: PendingLine }) {
  const { talk, room } = useClient();
  const { who } = useNames();
  const person = who(useReadable(room).user);
  const { error } = line;
  return (
    <div
      className={css.line}
      data-testid="chat-pending"
      data-refused={error !== null}
      data-colour={person.colour}
      data-under="false"
    >
      <Initials person={person} />
      <div>
        <Head person={person} at={line.at} />
        <Words text={line.text} mentions={line.mentions} />
        {error ? (
          <div className={css.refused} role="alert">
            <CircleAlert size={13} /> Not sent. {error.title} {error.detail}
            <Button size="small" look="plain" onClick={() => talk.retry(line.clientId)}>
              Try again
            </Button>
            <Button size="small" look="plain" onClick={() => talk.discard(line.clientId)}>
              Discard
            </Button>
          </div>
        ) : (
          <div className={css.sending}>Sending…</div>
        )}
      </div>
    </div>
  );
}

function Head({ person, at }: { person: Person; at: number }) {
  return (
    <div className={css.head}>
      <b>{person.name}</b> <span className={css.role}>{person.role}</span> <time>{clock(at)}</time>
    </div>
  );
}

/** The text of a line, and nothing but text: markup and turned directions have no power here. */
function Words({ text, mentions }: { text: string; mentions: readonly string[] }) {
  const { members, user } = useReadable(useClient().room);
  const addressed = mentions.flatMap((one) => members.get(one) ?? []);
  return (
    <p className={css.text} dir="auto">
      {pieces(text, addressed).map((piece, at): ReactNode => {
        if (piece.users.length === 0) return <bdi key={at}>{piece.text}</bdi>;
        return (
          <span key={at} className={css.mention} data-me={piece.users.includes(user)}>
            {piece.text}
          </span>
        );
      })}
    </p>
  );
}

function Link({ to }: { to: LockPathDoc }) {
  const { what } = useNames();
  const { openObject } = useNavigation();
  return (
    <button type="button" className={css.link} onClick={() => openObject(to.object, to.item)}>
      <Link2 size={12} /> <span>{what(to)}</span>
    </button>
  );
}
