/** Colleagues' carets and selections in a code field, in their colours. */
import { placeIn } from "@baton/react";
import { type EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  showTooltip,
  type Tooltip,
  type TooltipView,
  tooltips,
  WidgetType,
} from "@codemirror/view";

/** A colleague's caret as a field draws it. */
export interface RemoteCaret {
  readonly key: string;
  readonly name: string;
  readonly colour: number;
  readonly anchor: number;
  readonly head: number;
  /** Length of the text in which both count. */
  readonly length: number;
}

interface Placed extends RemoteCaret {
  /** Both in this editor's text. */
  readonly at: number;
  readonly from: number;
  /** Made anew when its author moves it. */
  readonly flag: () => TooltipView;
}

/** Replaces the carets. */
export const setCarets = StateEffect.define<readonly RemoteCaret[]>();

function place(caret: RemoteCaret, length: number, before?: Placed): Placed {
  const at = placeIn(caret.head, caret.length, length);
  const from = placeIn(caret.anchor, caret.length, length);
  const rests = before && before.head === caret.head && before.length === caret.length;
  return { ...caret, at, from, flag: rests ? before.flag : flagOf(caret) };
}

/** The carets in this editor, carried along by what changes the text. */
export const carets = StateField.define<readonly Placed[]>({
  create: () => [],
  update(placed, transaction) {
    const length = transaction.newDoc.length;
    let next = placed;
    if (transaction.docChanged) {
      // Whose text has the length of this one is where they say; the others are carried along by the change.
      next = next.map((one) =>
        one.length === length
          ? place(one, length, one)
          : {
              ...one,
              at: transaction.changes.mapPos(one.at, 1),
              from: transaction.changes.mapPos(one.from, 1),
            },
      );
    }
    for (const effect of transaction.effects) {
      if (!effect.is(setCarets)) continue;
      const before = new Map(next.map((one) => [one.key, one]));
      next = effect.value.map((one) => place(one, length, before.get(one.key)));
    }
    return next;
  },
  provide: (field) => [
    EditorView.decorations.from(field, decorations),
    showTooltip.computeN([field], (state) =>
      state.field(field).map((one): Tooltip => ({ pos: one.at, above: true, create: one.flag })),
    ),
  ],
});

class Caret extends WidgetType {
  readonly #caret: Placed;

  constructor(caret: Placed) {
    super();
    this.#caret = caret;
  }

  override eq(other: Caret): boolean {
    return other.#caret.key === this.#caret.key && other.#caret.colour === this.#caret.colour;
  }

  override toDOM(): HTMLElement {
    const line = document.createElement("span");
    line.className = "cm-colleague";
    line.dataset.colour = String(this.#caret.colour);
    line.dataset.name = this.#caret.name;
    line.dataset.testid = "remote-caret";
    line.ariaHidden = "true";
    return line;
  }
}

function decorations(placed: readonly Placed[]): DecorationSet {
  const all = placed.flatMap((one) => {
    const caret = Decoration.widget({ widget: new Caret(one), side: one.at < one.from ? -1 : 1 }).range(
      one.at,
    );
    if (one.at === one.from) return [caret];
    const attributes = { "data-colour": String(one.colour), "data-testid": "remote-selection" };
    const [from, to] = [Math.min(one.at, one.from), Math.max(one.at, one.from)];
    return [Decoration.mark({ class: "cm-colleague-selection", attributes }).range(from, to), caret];
  });
  return Decoration.set(all, true);
}

/** The name above a caret: there when it moves, gone when it rests. */
function flagOf({ name, colour }: RemoteCaret): () => TooltipView {
  return () => {
    const dom = document.createElement("div");
    dom.className = "cm-colleague-flag";
    dom.dataset.colour = String(colour);
    dom.textContent = name;
    dom.ariaHidden = "true";
    return { dom, offset: { x: -1, y: 0 } };
  };
}

/** Where the carets are drawn, for tests. */
export function caretsOf(state: EditorState): readonly { name: string; at: number; from: number }[] {
  return state.field(carets).map(({ name, at, from }) => ({ name, at, from }));
}

/** Colleagues in a field. */
export function colleagues(): Extension {
  return [carets, tooltips({ position: "fixed", parent: document.body }), look];
}

const look = EditorView.theme({
  ".cm-colleague": {
    position: "relative",
    display: "inline",
    borderLeft: "2px solid var(--person)",
    marginLeft: "-1px",
    marginRight: "-1px",
  },
  ".cm-tooltip.cm-colleague-flag": {
    border: "0",
    padding: "0 4px",
    borderRadius: "3px 3px 3px 0",
    backgroundColor: "var(--person)",
    color: "#fff",
    fontFamily: "var(--font)",
    fontSize: "10px",
    fontWeight: "560",
    lineHeight: "14px",
    pointerEvents: "none",
    animation: "cm-colleague-rests 200ms 2.5s forwards",
  },
  "@keyframes cm-colleague-rests": { to: { opacity: "0" } },
  ".cm-colleague-selection": { backgroundColor: "color-mix(in srgb, var(--person) 26%, transparent)" },
});
