import type { LockEndDoc, Notice, RequestEndDoc } from "@baton/sdk";
import { CircleAlert, CircleCheck, Info, PenLine, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "../kit/Button.tsx";
import { Marked } from "../kit/Words.tsx";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import type { Told } from "./tell.ts";
import { useNames } from "./useNames.ts";

type Tone = "plain" | "good" | "warn" | "bad";

const SIGNS: Readonly<Record<Tone, ReactNode>> = {
  plain: <Info />,
  good: <CircleCheck />,
  warn: <TriangleAlert />,
  bad: <CircleAlert />,
};

/** What this browser says. */
export function ToldCard({ told, onClose }: { told: Told; onClose: () => void }) {
  return (
    <CardFrame kind="told" tone={told.tone} sign={SIGNS[told.tone]} onClose={onClose}>
      <b>{told.title}</b>
      {told.text && <p className={css.note}>{told.text}</p>}
    </CardFrame>
  );
}

/** What happened to one's connection, locks and work. */
export function NoticeCard({
  notice,
  onClose,
  onShow,
}: {
  notice: Notice;
  onClose: () => void;
  onShow: () => void;
}) {
  const { what } = useNames();
  const { tone, title, text, show } = say(notice, what);
  const sign = notice.kind === "granted" ? <PenLine /> : SIGNS[tone];
  return (
    <CardFrame
      kind={notice.kind}
      tone={tone}
      sign={sign}
      onClose={onClose}
      actions={
        show && (
          <Button size="small" onClick={onShow}>
            Show them
          </Button>
        )
      }
    >
      <b>{title}</b>
      {text && (
        <p className={css.note}>
          <Marked>{text}</Marked>
        </p>
      )}
    </CardFrame>
  );
}

interface Sentence {
  tone: Tone;
  title: string;
  text?: string;
  /** Whether there is work to look at. */
  show?: boolean;
}

/** A notice in words. */
export function say(notice: Notice, what: (path: { object: string; item?: string }) => string): Sentence {
  switch (notice.kind) {
    case "recovered": {
      const open = notice.parked + notice.kept;
      if (open > 0) {
        return {
          tone: "warn",
          title: `Reconnected. ${edits(open)} attention`,
          text: "They could not be applied as they are. Nothing of them is lost.",
          show: true,
        };
      }
      if (notice.how === "resumed") return { tone: "good", title: "Reconnected, nothing was lost" };
      return {
        tone: "good",
        title: "Reconnected, nothing was lost",
        text: "What you see was loaded again from the server.",
      };
    }
    case "granted":
      return { tone: "good", title: `The pen is yours: ${what(notice.path)}` };
    case "request_ended":
      return { tone: "plain", title: ENDS[notice.how], text: what(notice.request.path) };
    case "lost":
      return {
        tone: notice.unsaved > 0 ? "warn" : "plain",
        title: LOST[notice.why],
        text: `${what(notice.path)}. ${
          notice.unsaved > 0
            ? "What you had typed is kept as a parked draft."
            : "All that you typed is saved."
        }`,
        show: notice.unsaved > 0,
      };
    case "parked":
      return {
        tone: "warn",
        title: `${edits(notice.draft.operations.length)} attention`,
        text: notice.draft.operations[0]?.words ?? "They are kept as a parked draft.",
        show: true,
      };
    case "rolled_back":
      return { tone: "bad", title: notice.error.title, text: notice.words };
    case "chat_missed":
      return { tone: "plain", title: `${notice.count} chat lines were missed while you were away` };
    default:
      return { tone: "plain", title: "" };
  }
}

const edits = (count: number) => (count === 1 ? "1 of your edits needs" : `${count} of your edits need`);

const ENDS: Readonly<Record<RequestEndDoc, string>> = {
  granted: "Your request was granted",
  cancelled: "You took your request back",
  expired: "Your request expired without an answer",
  superseded: "Somebody else got the pen; your request ended",
  voided: "What you asked for is not there any more",
};

const LOST: Readonly<Record<LockEndDoc, string>> = {
  released: "You gave the pen back",
  abandoned: "The pen went back unused",
  handed_over: "You handed the pen over",
  left: "You left",
  gone: "The pen was freed while you were away",
  idle: "The pen was freed after a while without edits",
  forced: "An admin took the pen",
  moved: "You edit this in another tab now",
  revoked: "Your role changed; the pen was taken back",
  item_deleted: "What you were editing was deleted",
};
