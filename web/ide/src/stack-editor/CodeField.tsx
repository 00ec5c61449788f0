import type { CursorDoc } from "@baton/sdk";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder as ghost } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { colleagues, type RemoteCaret, setCarets } from "./carets.ts";
import { difference } from "./difference.ts";
import { codeColours, expression } from "./expression.ts";
import css from "./field.module.css";

/** Marks what did not come from the keyboard. */
const fromOutside = Annotation.define<boolean>();

export type Language = "expression" | "json" | "sql" | "code";

export interface CodeFieldProps {
  /** The accessible name. */
  name: string;
  value: string;
  language: Language;
  readOnly: boolean;
  invalid?: boolean;
  placeholder?: string;
  /** Colleagues in the field. */
  carets?: readonly RemoteCaret[];
  onType: (text: string) => void;
  /** The caret or the text has changed; `typed`: by a key that wrote. */
  onCaret?: (cursor: CursorDoc, typed: boolean) => void;
  onFocus?: () => void;
  onBlur?: () => void;
  onEscape?: () => void;
}

/** A field for code. What comes from outside is put around the caret, never under it. */
export function CodeField(props: CodeFieldProps) {
  const { value, language, readOnly, name, placeholder } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const parts = useRef({ readOnly: new Compartment(), language: new Compartment() });

  useEffect(() => {
    if (!host.current) return;
    const { readOnly: locked, language: spoken } = parts.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          history(),
          drawSelection(),
          colleagues(),
          bracketMatching(),
          indentOnInput(),
          EditorView.lineWrapping,
          codeColours,
          look,
          ghost(placeholder ?? ""),
          EditorView.contentAttributes.of({ "aria-label": name, spellcheck: "false", autocapitalize: "off" }),
          locked.of(editability(latest.current.readOnly)),
          spoken.of(expression),
          keymap.of([
            {
              key: "Escape",
              run: (self) => {
                self.contentDOM.blur();
                latest.current.onEscape?.();
                return true;
              },
            },
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            const typed = update.transactions.some((one) => one.docChanged && !one.annotation(fromOutside));
            if (typed) latest.current.onType(update.state.doc.toString());
            if (update.focusChanged) {
              if (update.view.hasFocus) latest.current.onFocus?.();
              else latest.current.onBlur?.();
            }
            if ((update.selectionSet || update.docChanged || update.focusChanged) && update.view.hasFocus) {
              const { anchor, head } = update.state.selection.main;
              latest.current.onCaret?.({ anchor, head, length: update.state.doc.length }, typed);
            }
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [name, placeholder]);

  useEffect(() => {
    let over = false;
    void languageOf(language).then((loaded) => {
      if (!over) view.current?.dispatch({ effects: parts.current.language.reconfigure(loaded) });
    });
    return () => {
      over = true;
    };
  }, [language, name, placeholder]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.readOnly.reconfigure(editability(readOnly)) });
  }, [readOnly]);

  useEffect(() => {
    const editor = view.current;
    const current = editor?.state.doc.toString();
    if (!editor || current === undefined || current === value) return;
    editor.dispatch({ changes: difference(current, value), annotations: fromOutside.of(true) });
  }, [value]);

  const { carets } = props;
  useEffect(() => {
    view.current?.dispatch({ effects: setCarets.of(carets ?? []) });
  }, [carets, name, placeholder]);

  return (
    <div
      ref={host}
      className={css.code}
      data-readonly={readOnly}
      data-invalid={props.invalid ?? false}
      data-language={language}
    />
  );
}

function editability(readOnly: boolean): Extension {
  // Who may only read may still go there, select and copy.
  const focusable = readOnly ? EditorView.contentAttributes.of({ tabindex: "0" }) : [];
  return [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly), focusable];
}

/** The languages that are seldom needed are loaded when they are. */
async function languageOf(language: Language): Promise<Extension> {
  if (language === "sql") return (await import("@codemirror/lang-sql")).sql();
  if (language === "code") return (await import("@codemirror/lang-javascript")).javascript();
  return expression;
}

const look = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "12px", lineHeight: "19px" },
  ".cm-content": { padding: "5px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 9px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  ".cm-placeholder": { color: "var(--faint)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-tint)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "light-dark(#4f57d630, #8088f54d)",
  },
});
