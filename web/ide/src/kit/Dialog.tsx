import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

import { Button, IconButton } from "./Button.tsx";
import css from "./kit.module.css";

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  wide?: boolean;
  foot?: ReactNode;
  children: ReactNode;
}

/** Puts the focus where one would go on: into the first field, or on the dialog itself. */
function focusFirst(event: Event) {
  event.preventDefault();
  const content = event.currentTarget as HTMLElement;
  const first = content.querySelector<HTMLElement>("input:not([type='checkbox']), textarea, select");
  (first ?? content).focus();
}

/** A dialog that somebody asked for. Nothing that comes from a colleague ever opens one. */
export function Dialog({ title, open, onClose, wide = false, foot, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css.veil} />
        <Radix.Content
          className={css.dialog}
          data-wide={wide}
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
        >
          <div className={css.dialogHead}>
            <Radix.Title className={css.dialogTitle}>{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton name="Close">
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className={css.dialogBody}>{children}</div>
          {foot && <div className={css.dialogFoot}>{foot}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface FootProps extends Omit<ComponentProps<typeof Button>, "children"> {
  /** The words of the button that does it. */
  verb: string;
  onCancel: () => void;
}

/** The foot of a dialog: out of it, or on. With a form's id the button sends that form. */
export function Foot({ verb, onCancel, look = "solid", form, ...rest }: FootProps) {
  return (
    <>
      <Button look="plain" onClick={onCancel}>
        Cancel
      </Button>
      <Button look={look} type={form === undefined ? "button" : "submit"} form={form} {...rest}>
        {verb}
      </Button>
    </>
  );
}
