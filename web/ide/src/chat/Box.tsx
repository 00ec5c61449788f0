import { useChat, useClient, useReadable } from "@baton/react";
import type { LockPathDoc } from "@baton/sdk";
import { Link2, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, useId, useRef, useState } from "react";

import { IconButton } from "../kit/Button.tsx";
import { useNames } from "../notifications/useNames.ts";
import { Initials } from "../presence/Initials.tsx";
import { type Person, person } from "../presence/people.ts";
import { useNavigation } from "../shell/navigation.ts";
import css from "./chat.module.css";
import { candidates, mentionAt, mentionsIn } from "./mentions.ts";

/** Characters of a line, as the server counts them. */
const LINE_MAX = 2_000;
/** From here on it is said how many are left. */
const LINE_NEAR = 1_800;
/** Names that are offered at once. */
const OFFERED = 6;

/** Where one writes: Enter sends, @ names somebody, the chain adds the selected step. */
export function Box() {
  const { send, typing } = useChat();
  const { place } = useNavigation();
  const { what } = useNames();
  const room = useReadable(useClient().room);
  const [text, setText] = useState("");
  const [link, setLink] = useState<LockPathDoc>();
  const input = useRef<HTMLTextAreaElement>(null);
  const mention = useMention(text, setText, input);
  const count = [...text].length;
  const members = [...room.members.values()];
  const here =
    place.object === undefined
      ? undefined
      : { object: place.object, ...(place.item ? { item: place.item } : {}) };
  const good = text.trim() !== "" && count <= LINE_MAX;
  const submit = () => {
    if (!good) return;
    const line = text.trim();
    // What becomes of it is shown with the line.
    send(line, { mentions: mentionsIn(line, members), ...(link ? { link } : {}) }).catch(() => undefined);
    setText("");
    setLink(undefined);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || mention.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") input.current?.blur();
  };
  return (
    <form
      className={css.box}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {mention.list}
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
        value={text}
        aria-invalid={count > LINE_MAX}
        {...mention.input}
        onChange={(event) => {
          setText(event.target.value);
          mention.moved(event.target);
          typing(event.target.value !== "");
        }}
        onSelect={(event) => mention.moved(event.currentTarget)}
        onKeyDown={pressed}
      />
      <div className={css.tools}>
        {count > LINE_NEAR && (
          <span className={css.count} data-over={count > LINE_MAX} role="status">
            {count <= LINE_MAX
              ? `${LINE_MAX - count} left`
              : `${count - LINE_MAX} too many: a line holds ${LINE_MAX.toLocaleString("en")} characters`}
          </span>
        )}
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
        <IconButton name="Send" type="submit" keys="↵" disabled={!good}>
          <SendHorizontal />
        </IconButton>
      </div>
    </form>
  );
}

/** The names that are offered while one types after an `@`: arrows choose, Enter and Tab take, Escape closes. */
function useMention(
  text: string,
  setText: (text: string) => void,
  input: React.RefObject<HTMLTextAreaElement | null>,
) {
  const room = useReadable(useClient().room);
  const id = useId();
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState<string>();
  const asked = mentionAt(text, caret);
  const others = [...room.members.values()].filter((one) => one.user !== room.user);
  const found = asked === undefined || asked === closed ? [] : candidates(asked, others).slice(0, OFFERED);
  const at = Math.min(chosen, found.length - 1);
  const take = (name: string) => {
    if (asked === undefined) return;
    const start = caret - asked.length;
    const end = start + name.length + 1;
    setText(`${text.slice(0, start)}${name} ${text.slice(caret).replace(/^ /, "")}`);
    setCaret(end);
    setClosed(undefined);
    input.current?.focus();
    // The text is put in at the next drawing; the caret belongs behind it.
    requestAnimationFrame(() => input.current?.setSelectionRange(end, end));
  };
  const pressed = (event: KeyboardEvent): boolean => {
    const pick = found[at];
    if (pick === undefined) return false;
    if (event.key === "ArrowDown") setChosen((at + 1) % found.length);
    else if (event.key === "ArrowUp") setChosen((at + found.length - 1) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") take(pick.name);
    else if (event.key === "Escape") setClosed(asked);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const moved = (box: HTMLTextAreaElement) => {
    setCaret(box.selectionStart);
    setChosen(0);
    if (mentionAt(box.value, box.selectionStart) !== closed) setClosed(undefined);
  };
  const list = found.length > 0 && (
    <ul className={css.found} id={id} role="listbox" aria-label="Members">
      {found.map((one, n) => (
        <Candidate
          key={one.user}
          id={`${id}-${n}`}
          who={person(one.user, one)}
          chosen={n === at}
          onTake={() => take(one.name)}
        />
      ))}
    </ul>
  );
  const aria = found.length > 0 ? { "aria-controls": id, "aria-activedescendant": `${id}-${at}` } : {};
  return { list, pressed, moved, input: aria };
}

function Candidate(props: { id: string; who: Person; chosen: boolean; onTake: () => void }) {
  return (
    <li
      id={props.id}
      role="option"
      aria-selected={props.chosen}
      data-colour={props.who.colour}
      // Before the focus leaves what one writes in.
      onMouseDown={(event) => {
        event.preventDefault();
        props.onTake();
      }}
    >
      <Initials person={props.who} size="tiny" />
      <span>{props.who.name}</span>
      <span className={css.role}>{props.who.role}</span>
    </li>
  );
}
