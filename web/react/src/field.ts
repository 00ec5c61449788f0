import type { BatonError, FieldForm, ParkedReasonDoc, ReadOnlyReason, SaveState } from "@baton/sdk";
import { useCallback, useMemo } from "react";
import { useClient } from "./provider.tsx";
import { useReadable } from "./readable.ts";

/** What an input needs to edit one field of the open object. */
export interface FieldHandle {
  /** What is typed, or what the stack holds; empty if the field is not there. */
  readonly value: string;
  /** Whether the node has the field. */
  readonly present: boolean;
  /** A key was pressed; `null` removes the field. The lock is acquired and the text saved by itself. */
  readonly setValue: (text: string | null) => void;
  /** Hand this to the input's `onBlur`. */
  readonly onBlur: () => void;
  readonly readOnly: boolean;
  /** Why it is read-only. */
  readonly why: ReadOnlyReason | null;
  readonly state: SaveState;
  /** When `parked`: where the text is and why. */
  readonly draft: string | undefined;
  readonly reason: ParkedReasonDoc | undefined;
  /** When `kept`: what the server said. */
  readonly error: BatonError | undefined;
}

/** One field of the open object: value, typing, saving and why not. */
export function useField(item: string, field: string, form?: FieldForm): FieldHandle {
  const { editing } = useClient();
  const source = useMemo(() => editing.field(item, field), [editing, item, field]);
  const state = useReadable(source);
  const written = form?.form;
  const at = form?.at;
  const setValue = useCallback(
    (text: string | null) =>
      editing.type(item, field, text, {
        ...(written === undefined ? {} : { form: written }),
        ...(at === undefined ? {} : { at }),
      }),
    [editing, item, field, written, at],
  );
  const onBlur = useCallback(() => editing.blur(item, field), [editing, item, field]);
  return {
    value: state.text ?? "",
    present: state.text !== null,
    setValue,
    onBlur,
    readOnly: state.readOnly !== null,
    why: state.readOnly,
    state: state.state,
    draft: state.draft,
    reason: state.reason,
    error: state.error,
  };
}
