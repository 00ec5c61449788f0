import type { ChatLineDoc } from "@baton/sdk";

import { Button } from "../kit/Button.tsx";
import { Initials } from "../presence/Initials.tsx";
import { useNavigation } from "../shell/navigation.ts";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { useNames } from "./useNames.ts";

/** What somebody said. */
export function ChatCard({
  line,
  onClose,
  onReply,
}: {
  line: ChatLineDoc;
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
      <b>{person.name}</b>
      <p className={css.said}>{line.text}</p>
    </CardFrame>
  );
}
