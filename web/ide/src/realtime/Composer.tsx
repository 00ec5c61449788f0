import { useClient } from "@baton/react";
import type { ChannelDoc, ClientDoc } from "@baton/sdk";
import { SendHorizontal } from "lucide-react";
import { useState } from "react";

import { Button } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { attempt, tell } from "../notifications/tell.ts";
import { nameOf, payloadOf } from "./channels.ts";
import css from "./realtime.module.css";

type Sort = "message" | "event";

interface ComposerProps {
  name: string;
  settings: ChannelDoc;
  clients: readonly ClientDoc[];
  mayEdit: boolean;
}

/** Says something in a channel: a message as this tab, or an event as a server would publish it. */
export function Composer({ name, settings, clients, mayEdit }: ComposerProps) {
  const client = useClient();
  const own = client.room.get().session;
  const [sort, setSort] = useState<Sort>(settings.public === "off" && mayEdit ? "event" : "message");
  const [typed, setTyped] = useState("");
  const [to, setTo] = useState("");
  const [authenticated, setAuthenticated] = useState(false);
  const others = clients.filter((one) => one.client !== own);
  const receiver = others.find((one) => one.client === to);
  const { payload, json } = payloadOf(typed);
  const refused =
    sort === "message" &&
    !receiver &&
    settings.public === "off" &&
    !(authenticated && settings.authenticated);
  const send = async () => {
    if (typed.trim() === "" || refused) return;
    const call =
      sort === "event"
        ? client.channels.call({ call: "event", channel: name, data: payload })
        : client.channels.call({
            call: "message",
            channel: name,
            payload,
            ...(receiver ? { to: receiver.client } : {}),
            ...(authenticated ? { authenticated } : {}),
          });
    const sent = await attempt(
      call.then((reply) => {
        if (reply.answer !== "said") return;
        const { receivers } = reply;
        if (receiver) tell({ tone: "good", title: `Sent to ${nameOf(receiver)} alone` });
        else if (sort === "event")
          tell({
            tone: "good",
            title: `Published to ${receivers} ${receivers === 1 ? "client" : "clients"}`,
          });
      }),
    );
    if (sent) setTyped("");
  };
  return (
    <form
      className={css.composer}
      aria-label="Say something"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        className={`${kit.input} ${css.payloadBox}`}
        aria-label="Payload"
        rows={2}
        placeholder={sort === "event" ? '{"order": 17, "state": "paid"}' : "Words, or JSON"}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <div className={css.composerRow}>
        <select
          className={kit.input}
          aria-label="What to send"
          value={sort}
          onChange={(event) => setSort(event.target.value as Sort)}
        >
          <option value="message">Message, as this tab</option>
          {mayEdit && <option value="event">Event, as a server</option>}
        </select>
        {sort === "message" && (
          <select
            className={kit.input}
            aria-label="To whom"
            value={receiver ? to : ""}
            onChange={(event) => setTo(event.target.value)}
          >
            <option value="">To everybody in it</option>
            {others.map((one) => (
              <option key={one.client} value={one.client}>
                Only to {nameOf(one)}
              </option>
            ))}
          </select>
        )}
        {sort === "message" && settings.authenticated && (
          <label className={css.check}>
            <input
              type="checkbox"
              checked={authenticated}
              onChange={(event) => setAuthenticated(event.target.checked)}
            />
            authenticated
          </label>
        )}
        <span className={css.composerNote}>
          {refused
            ? "Messages to all are off in this channel."
            : typed.trim() !== "" && (json ? "Sent as JSON" : "Sent as a text")}
        </span>
        <Button look="solid" type="submit" disabled={typed.trim() === "" || refused}>
          <SendHorizontal /> {sort === "event" ? "Publish" : "Send"}
        </Button>
      </div>
    </form>
  );
}
