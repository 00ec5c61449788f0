import type { ComponentProps, ReactNode } from "react";

import { Tip } from "./Tip.tsx";
import css from "./kit.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "plain" | "quiet" | "solid" | "danger";
  size?: "small" | "normal" | "large";
}

/** A button with words. */
export function Button({ look = "quiet", size = "normal", className = "", ...rest }: ButtonProps) {
  const sized = size === "normal" ? "" : css[size];
  return <button type="button" {...rest} className={`${css.button} ${css[look]} ${sized} ${className}`} />;
}

interface IconButtonProps extends ComponentProps<"button"> {
  /** The accessible name, shown as a tooltip. */
  name: string;
  keys?: string;
  children: ReactNode;
}

/** A button that is only an icon; its name is never left out. */
export function IconButton({ name, keys, className = "", ...rest }: IconButtonProps) {
  return (
    <Tip text={name} keys={keys}>
      <button type="button" aria-label={name} {...rest} className={`${css.icon} ${className}`} />
    </Tip>
  );
}
