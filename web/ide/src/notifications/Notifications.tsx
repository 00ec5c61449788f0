import { useClient, useReadable } from "@baton/react";
import { useState } from "react";

import { type Card, cards, SHOWN } from "./cards.ts";
import { ChatCard } from "./PersonCards.tsx";
import { RequestCard, SwapCard, WaitingCard } from "./RequestCards.tsx";
import { LockedCard } from "./LockedCard.tsx";
import { NoticeCard, ToldCard } from "./NoticeCards.tsx";
import css from "./notifications.module.css";
import { usePassing } from "./usePassing.ts";

interface NotificationsProps {
  /** The collaboration panel is open: the corner makes room for it. */
  beside: boolean;
  onChat: () => void;
  onChanges: () => void;
}

/** The lower left corner: it tells and it waits; it never takes the focus. */
export function Notifications({ beside, onChat, onChanges }: NotificationsProps) {
  const room = useReadable(useClient().room);
  // Who is busy hears of requests and of their own work; what is said waits in the chat.
  const busy = room.presence.get(room.user)?.status === "busy";
  const { list, dismiss, hold } = usePassing({ chat: !beside && !busy });
  const [open, setOpen] = useState(false);
  const all = cards(room, list);
  const shown = open ? all : all.slice(0, SHOWN);
  const folded = all.length - shown.length;
  return (
    <section
      className={css.corner}
      data-testid="notifications"
      data-beside={beside}
      data-keeps-following
      aria-label="Notifications"
      aria-live="polite"
      aria-relevant="additions"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {(folded > 0 || (open && all.length > SHOWN)) && (
        <button type="button" className={css.more} onClick={() => setOpen(!open)}>
          {open ? "Show fewer" : `${folded} more`}
        </button>
      )}
      {[...shown].reverse().map((card) => (
        <One key={card.key} card={card} dismiss={dismiss} onChat={onChat} onChanges={onChanges} />
      ))}
    </section>
  );
}

function One(props: {
  card: Card;
  dismiss: (key: number) => void;
  onChat: () => void;
  onChanges: () => void;
}) {
  const { card, dismiss } = props;
  switch (card.kind) {
    case "request":
      return <RequestCard request={card.request} />;
    case "waiting":
      return <WaitingCard request={card.request} lock={card.lock} />;
    case "deadlock":
      return <SwapCard deadlock={card.deadlock} />;
    case "locked":
      return <LockedCard lock={card.lock} onClose={() => dismiss(card.passing)} />;
    case "chat":
      return (
        <ChatCard
          line={card.line}
          mine={card.mine}
          onClose={() => dismiss(card.passing)}
          onReply={() => {
            props.onChat();
            dismiss(card.passing);
          }}
        />
      );
    case "notice":
      return (
        <NoticeCard
          notice={card.notice}
          onClose={() => dismiss(card.passing)}
          onShow={() => {
            props.onChanges();
            dismiss(card.passing);
          }}
        />
      );
    case "told":
      return <ToldCard told={card.told} onClose={() => dismiss(card.passing)} />;
  }
}
