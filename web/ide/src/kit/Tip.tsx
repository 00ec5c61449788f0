import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

import css from "./kit.module.css";

/** A tooltip; `keys` is the shortcut that does the same. */
export function Tip({
  text,
  keys,
  side = "bottom",
  children,
}: {
  text: ReactNode;
  keys?: string | undefined;
  side?: "top" | "bottom" | "left" | "right";
  children: ReactNode;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className={css.tip} side={side} sideOffset={5} collisionPadding={8}>
          {text}
          {keys && <kbd className={css.kbd}>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
