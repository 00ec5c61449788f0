import type { ChatLineDoc } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { Initials } from "../presence/Initials.tsx";
import { useNavigation } from "../shell/navigation.ts";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { useNames } from "./useNames.ts";

/** What somebody said; `mine`: to oneself. */
export function ChatCard({
  line,
  mine,
  onClose,
  onReply,
}: {
  line: ChatLineDoc;
  mine: boolean;
  onClose: () => void;
  onReply: () => void;
}) {
  const { who } = useNames();
  const { openObject } = useNavigation();
  const person = who(line.user);
  const { link } = line;
  return (
    <CardFrame
      kind="chat"
      sign={<Initials person={person} size="small" />}
      onClose={onClose}
      actions={
        <>
          <Button size="small" onClick={onReply}>
            Reply
          </Button>
          {link && (
            <Button size="small" look="plain" onClick={() => openObject(link.object, link.item)}>
              Go there
            </Button>
          )}
        </>
      }
    >
      <b data-colour={person.colour} className={css.person}>
        {person.name}
      </b>{" "}
      <span className={css.role}>{mine ? "mentioned you" : person.role}</span>
      <p dir="auto" className={css.said}>
        {line.text}
      </p>
    </CardFrame>
  );
}
