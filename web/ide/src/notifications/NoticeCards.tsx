import { useClient, useReadable } from "@baton/react";
import type { AdminActDoc, Client, LockEndDoc, Notice, RequestEndDoc } from "@baton/sdk";
import { CircleAlert, CircleCheck, Info, PenLine, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "../kit/Button.tsx";
import { Marked } from "../kit/Words.tsx";
import { CardFrame } from "./CardFrame.tsx";
import css from "./notifications.module.css";
import { attempt, type Told } from "./tell.ts";
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
  const client = useClient();
  const room = useReadable(client.room);
  const { what, who } = useNames();
  const { tone, title, text, show } = say(notice, what, (user) => who(user).name);
  const back = notice.kind === "undone" ? notice.parked.filter((draft) => room.parked.has(draft)) : [];
  const here = notice.kind === "undone" && notice.path.object === client.stack.get()?.object;
  const sign = notice.kind === "granted" ? <PenLine /> : SIGNS[tone];
  return (
    <CardFrame
      kind={notice.kind}
      tone={tone}
      sign={sign}
      onClose={onClose}
      actions={
        (show || back.length > 0) && (
          <>
            {back.length > 0 && here && (
              <Button
                size="small"
                look="solid"
                onClick={() =>
                  void attempt(reapply(client, back), "Applied again").then((ok) => ok && onClose())
                }
              >
                Re-apply what was parked
              </Button>
            )}
            <Button size="small" onClick={onShow}>
              Show them
            </Button>
          </>
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
export function say(
  notice: Notice,
  what: (path: { object: string; item?: string }) => string,
  who: (user: string) => string,
): Sentence {
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
      if (!notice.mine)
        return {
          tone: "plain",
          title: `${who(notice.request.user)} has left`,
          text: `The request for ${what(notice.request.path)} has ended with that; the pen stays with you.`,
        };
      if (notice.how === "declined" && notice.reason)
        return {
          tone: "warn",
          title: ENDS.declined,
          text: `${what(notice.request.path)}: “${notice.reason}”`,
        };
      return { tone: "plain", title: ENDS[notice.how], text: what(notice.request.path) };
    case "lost":
      return {
        tone: notice.unsaved > 0 || notice.reason !== undefined ? "warn" : "plain",
        title:
          notice.by === undefined
            ? LOST[notice.why]
            : (TAKEN[notice.why]?.(who(notice.by)) ?? LOST[notice.why]),
        text: `${what(notice.path)}${notice.reason === undefined ? "" : `: “${notice.reason}”`}. ${
          notice.unsaved > 0
            ? "What you had typed is kept as a parked draft."
            : "All that you typed is saved."
        }`,
        show: notice.unsaved > 0,
      };
    case "undone":
      return {
        tone: "good",
        title: "The take-over was undone",
        text: `${what(notice.path)}. ${
          notice.parked.length > 0 ? "What it had parked can be applied again." : "Nothing had been parked."
        }`,
      };
    case "admin":
      return {
        tone: notice.notice.act === "ownership_given" ? "good" : "warn",
        title: ACTS[notice.notice.act](who(notice.notice.by)),
        text: [
          notice.notice.path ? `${what(notice.notice.path)}.` : "",
          notice.notice.reason ? `“${notice.notice.reason}”` : "No reason was given.",
        ]
          .filter(Boolean)
          .join(" "),
      };
    case "closed":
      return {
        tone: "warn",
        title: `${who(notice.closure.user)} closed ${what(notice.closure.path)} for edits`,
        text: `“${notice.closure.reason}”`,
      };
    case "reopened":
      return { tone: "good", title: `${who(notice.by)} opened ${what(notice.path)} for edits again` };
    case "passed_over":
      return {
        tone: "plain",
        title: `The holder gave the pen to ${who(notice.user)}`,
        text: `${what(notice.path)}. You asked before and keep your place.`,
      };
    case "released":
      return {
        tone: "plain",
        title: `${who(notice.user)} gave the pen back`,
        text: `${what(notice.path)}, with ${
          notice.revisions[0] === notice.revisions[1]
            ? `revision ${notice.revisions[0]}`
            : `revisions ${notice.revisions[0]} to ${notice.revisions[1]}`
        }`,
      };
    case "parked":
      return {
        tone: "warn",
        title: `${edits(notice.draft.operations.length)} attention`,
        text: notice.draft.operations[0]?.words ?? "They are kept as a parked draft.",
        show: true,
      };
    case "rolled_back":
      return { tone: "bad", title: notice.error.title, text: notice.error.detail ?? notice.words };
    case "save_asked":
      return {
        tone: "plain",
        title: `${who(notice.by)} is about to publish ${what({ object: notice.object })}`,
        text: "What you have typed there is saved now and goes live with it. You keep the pen.",
      };
    case "chat_missed":
      return { tone: "plain", title: `${notice.count} chat lines were missed while you were away` };
    default:
      return { tone: "plain", title: "" };
  }
}

const edits = (count: number) => (count === 1 ? "1 of your edits needs" : `${count} of your edits need`);

/** What somebody with more rights did to one. */
const ACTS: Readonly<Record<AdminActDoc, (name: string) => string>> = {
  rights_changed: (name) => `${name} changed what you may do here`,
  ownership_given: (name) => `${name} made you the owner of this workspace`,
  kicked: (name) => `${name} ended this session`,
  removed: (name) => `${name} removed you from this workspace`,
};

const ENDS: Readonly<Record<RequestEndDoc, string>> = {
  granted: "Your request was granted",
  cancelled: "You took your request back",
  expired: "Your request expired without an answer",
  superseded: "Somebody else got the pen; your request ended",
  voided: "What you asked for is not there any more",
  declined: "Your request was declined",
  yielded: "Your request ended: you waited for each other, and it was the youngest",
};

/** Who has the pen now, where that is a person's doing. */
const TAKEN: Partial<Record<LockEndDoc, (name: string) => string>> = {
  forced: (name) => `${name} took the pen as an admin`,
  taken_over: (name) => `${name} took the pen over after a long wait`,
  undone: (name) => `${name} undid the take-over`,
  closed: (name) => `${name} closed it for edits`,
};

/** Applies parked drafts again, oldest first. */
async function reapply(client: Client, drafts: readonly string[]): Promise<void> {
  for (const draft of drafts) await client.editing.reapply(draft);
}

const LOST: Readonly<Record<LockEndDoc, string>> = {
  released: "You gave the pen back",
  abandoned: "The pen went back unused",
  handed_over: "You handed the pen over",
  left: "You left",
  gone: "The pen was freed while you were away",
  idle: "The pen was freed after a while without edits",
  forced: "An admin took the pen",
  taken_over: "The pen was taken over after a long wait",
  undone: "The take-over was undone; the pen went back",
  swapped: "You swapped pens",
  closed: "An admin closed it for edits",
  narrowed: "You gave a part of it away and keep what you had changed",
  moved: "You edit this in another tab now",
  revoked: "Your role changed; the pen was taken back",
  item_deleted: "What you were editing was deleted",
};
