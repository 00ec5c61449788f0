import { type Caret, useCarets, useClient } from "@baton/react";
import type { CursorDoc, FieldState, FormDoc, SaveState } from "@baton/sdk";
import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useMemo, useRef } from "react";

import { IconButton } from "../kit/Button.tsx";
import kit from "../kit/kit.module.css";
import { attempt } from "../notifications/tell.ts";
import type { ValueKind } from "../room/catalogue.ts";
import { person } from "../presence/people.ts";
import { selectionIn, type TextBox } from "../presence/selection.ts";
import { useFieldState, useStack, useWhereabouts } from "../room/Surroundings.tsx";
import type { RemoteCaret } from "./carets.ts";
import type { Language } from "./CodeField.tsx";
import css from "./field.module.css";
import { FieldCarets } from "./FieldCarets.tsx";
import { FieldPeople } from "./FieldPeople.tsx";
import { CodeField } from "./LazyCodeField.tsx";
import { quote, quotedPosition, shownPosition, unquote } from "./node.ts";
import { syntaxHint } from "./syntax.ts";

interface StackFieldProps {
  item: string;
  field: string;
  label: string;
  kind: ValueKind;
  values?: readonly string[];
  required?: boolean;
  form?: FormDoc;
  placeholder?: string;
  removable?: boolean;
  /** The item that is given back at Esc. */
  lockItem: string;
}

const LANGUAGES: Partial<Record<ValueKind, Language>> = { sql: "sql", code: "code", json: "json" };

/** A field of the open object: typed at once, saved by itself, and honest about which of the two it is. */
export function StackField(props: StackFieldProps) {
  const { item, field, kind } = props;
  const { editing } = useClient();
  const state = useFieldState(item, field);
  const write = (text: string | null) =>
    editing.type(item, field, text, props.form === undefined ? undefined : { form: props.form });
  const text = state.text ?? "";
  const error =
    state.error?.title ?? (props.required && text.trim() === "" ? undefined : syntaxHint(kind, text));
  const at = useFieldPlace(item, field);
  const common = { onFocus: at.enter, onBlur: at.leave };
  return (
    <div className={css.field} data-field={field}>
      <Head state={state} label={props.label} kind={kind} required={props.required ?? false}>
        <FieldPeople object={at.object} item={item} field={field} />
        {props.removable && !state.readOnly && (
          <IconButton
            name={`Remove ${props.label}`}
            className={css.remove}
            onClick={() => void attempt(editing.set(item, field, null))}
          >
            <X />
          </IconButton>
        )}
      </Head>
      {kind === "enum" && props.values && isChoice(text, props.values) ? (
        <Choice
          label={props.label}
          value={unquote(text)}
          values={props.values}
          disabled={state.readOnly !== null}
          onPick={(value) => {
            write(quote(value));
            common.onBlur();
          }}
          onFocus={common.onFocus}
        />
      ) : (
        <CodeField
          name={props.label}
          value={text}
          language={LANGUAGES[kind] ?? "expression"}
          readOnly={state.readOnly !== null}
          invalid={error !== undefined}
          placeholder={props.placeholder ?? (kind === "condition" ? "$input.a == 1" : "")}
          carets={at.carets}
          onType={write}
          onCaret={at.point}
          onEscape={() => void attempt(editing.finish(props.lockItem))}
          {...common}
        />
      )}
      {error && <div className={css.error}>{error}</div>}
    </div>
  );
}

/** Where one is in a field, and who else is. */
function useFieldPlace(item: string, field: string) {
  const { editing } = useClient();
  const object = useStack()?.object ?? "";
  const whereabouts = useWhereabouts();
  const found = useCarets(object, item, field);
  const carets = useMemo(() => found.flatMap(remote), [found]);
  return {
    object,
    carets,
    found,
    enter: () => whereabouts.enter(item, field),
    leave: () => {
      editing.blur(item, field);
      whereabouts.leave(item, field);
    },
    point: (cursor: CursorDoc, typed: boolean) => whereabouts.point(item, field, cursor, typed),
  };
}

function remote({ session, member, cursor }: Caret): readonly RemoteCaret[] {
  if (!cursor) return [];
  const { name, colour } = person(member.user, member);
  return [{ key: session, name, colour, ...cursor }];
}

const STATES: Readonly<Record<SaveState, string | undefined>> = {
  saved: undefined,
  unsaved: "Unsaved",
  saving: "Saving…",
  parked: "Kept as a parked draft",
  kept: "Kept in this browser",
};

function Head({
  state,
  label,
  kind,
  required,
  children,
}: {
  state: FieldState;
  label: string;
  kind: ValueKind;
  required: boolean;
  children?: ReactNode;
}) {
  const words = STATES[state.state];
  return (
    <div className={css.head}>
      <span className={css.name}>{label}</span>
      <span className={css.kind}>{required ? `${kind}, required` : kind}</span>
      {words && (
        <span className={css.state} data-state={state.state} role="status">
          {words}
        </span>
      )}
      {children}
    </div>
  );
}

function isChoice(text: string, values: readonly string[]): boolean {
  return text === "" || values.includes(unquote(text));
}

function Choice(props: {
  label: string;
  value: string;
  values: readonly string[];
  disabled: boolean;
  onPick: (value: string) => void;
  onFocus: () => void;
}) {
  const id = useId();
  return (
    <select
      id={id}
      aria-label={props.label}
      className={kit.input}
      value={props.value}
      disabled={props.disabled}
      onFocus={props.onFocus}
      onChange={(event) => props.onPick(event.target.value)}
    >
      {!props.values.includes(props.value) && <option value="" />}
      {props.values.map((value) => (
        <option key={value}>{value}</option>
      ))}
    </select>
  );
}

/** A plain text of the open object in a one-line or a tall input: names, types, descriptions. */
export function PlainField({
  item,
  field,
  label,
  lockItem,
  quoted = false,
  lines = 1,
  list,
  placeholder,
}: {
  item: string;
  field: string;
  label: string;
  lockItem: string;
  quoted?: boolean;
  lines?: number;
  list?: readonly string[];
  placeholder?: string;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const at = useFieldPlace(item, field);
  const { editing } = useClient();
  const state = useFieldState(item, field);
  const text = quoted ? unquote(state.text ?? "") : (state.text ?? "");
  const source = (position: number, of: string) => (quoted ? quotedPosition(of, position) : position);
  const point = (box: TextBox, typed: boolean) => {
    const cursor = selectionIn(box);
    if (!cursor) return;
    const { value } = box;
    const length = quoted ? (value === "" ? 0 : quote(value).length) : value.length;
    at.point({ anchor: source(cursor.anchor, value), head: source(cursor.head, value), length }, typed);
  };
  const shared = {
    id,
    className: kit.input,
    value: text,
    placeholder,
    readOnly: state.readOnly !== null,
    ref: input,
    onFocus: at.enter,
    onBlur: at.leave,
    onSelect: (event: { currentTarget: TextBox }) => point(event.currentTarget, false),
    onChange: (event: { target: TextBox }) => {
      const { value } = event.target;
      editing.type(item, field, value === "" && quoted ? null : quoted ? quote(value) : value);
      point(event.target, true);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.currentTarget.blur();
      void attempt(editing.finish(lockItem));
    },
  };
  const words = STATES[state.state];
  return (
    <div className={css.field} data-field={field}>
      <div className={css.head}>
        <label className={css.name} htmlFor={id}>
          {label}
        </label>
        <FieldPeople object={at.object} item={item} field={field} />
        {words && (
          <span className={css.state} data-state={state.state} role="status">
            {words}
          </span>
        )}
      </div>
      <div className={css.plain}>
        {lines > 1 ? (
          <textarea rows={lines} {...shared} />
        ) : (
          <input list={list && `${id}-list`} {...shared} />
        )}
        <FieldCarets
          carets={at.found}
          text={text}
          length={state.text?.length ?? 0}
          shown={(position) => (quoted ? shownPosition(text, position) : position)}
          tall={lines > 1}
          input={input}
        />
      </div>
      {list && (
        <datalist id={`${id}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </div>
  );
}

/** Something that is or is not. `on` is the text that stands for yes; no is the absence of the field. */
export function SwitchField({
  item,
  field,
  label,
  on = "true",
}: {
  item: string;
  field: string;
  label: string;
  on?: string;
}) {
  const { editing } = useClient();
  const state = useFieldState(item, field);
  const id = useId();
  const checked = state.text !== null && state.text !== "false" && state.text !== "";
  return (
    <div className={css.switch}>
      <label className={css.name} htmlFor={id}>
        {label}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        disabled={state.readOnly !== null}
        onClick={() => void attempt(editing.set(item, field, checked ? null : on))}
      />
    </div>
  );
}
