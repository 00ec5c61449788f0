import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

import css from "./kit.module.css";

/** One line of a menu; a string is a label, `null` a line between. */
export type MenuEntry =
  | {
      name: string;
      icon?: ReactNode;
      keys?: string;
      danger?: boolean;
      disabled?: boolean;
      onSelect: () => void;
    }
  | string
  | null;

interface MenuProps {
  trigger: ReactNode;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
}

/** A dropdown menu. */
export function Menu({ trigger, entries, align = "end" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={css.menu} align={align} sideOffset={4} collisionPadding={8}>
          {entries.map((entry, index) => (
            <Entry key={index} entry={entry} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === null) return <Radix.Separator className={css.menuLine} />;
  if (typeof entry === "string") return <Radix.Label className={css.menuLabel}>{entry}</Radix.Label>;
  return (
    <Radix.Item
      className={css.menuItem}
      data-danger={entry.danger ?? false}
      disabled={entry.disabled ?? false}
      onSelect={entry.onSelect}
    >
      {entry.icon}
      {entry.name}
      {entry.keys && <kbd className={css.kbd}>{entry.keys}</kbd>}
    </Radix.Item>
  );
}
