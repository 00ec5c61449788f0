import { useClient } from "@baton/react";
import { requestsForSession } from "@baton/sdk";
import { useEffect } from "react";

import { attempt } from "../notifications/tell.ts";
import { inField } from "../stack-editor/useStackKeys.ts";

interface GlobalKeys {
  palette: () => void;
  chat: () => void;
  changes: () => void;
  follow: () => void;
}

/** Keys that work everywhere but in a field: ⌘K is the only one that works there too. */
export function useGlobalKeys({ palette, chat, changes, follow }: GlobalKeys) {
  const client = useClient();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        palette();
        return;
      }
      if (inField(event) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "c") chat();
      else if (event.key === "h") changes();
      else if (event.key === "f") follow();
      else if (event.key === "r") request();
      else if (event.key === "g") {
        const [first] = requestsForSession(client.room.get());
        if (first) void attempt(client.locks.grant(first.id));
      } else return;
      event.preventDefault();
      if (event.key === "c")
        setTimeout(() => document.querySelector<HTMLElement>("[aria-label='Message']")?.focus());
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [client, palette, chat, changes, follow]);
}

/** Asks for what is selected: from the card in the corner, or at the top of the panel once that card has gone. */
function request() {
  if (!clickIn("Request access"))
    document.querySelector<HTMLElement>("[data-panel='step'] [data-ask='true']")?.click();
}

/** Presses a button of the corner; gives whether there is one. */
function clickIn(words: string): boolean {
  const buttons = document.querySelectorAll<HTMLElement>("[data-testid='notifications'] button");
  const found = [...buttons].find((button) => button.textContent === words);
  found?.click();
  return found !== undefined;
}
