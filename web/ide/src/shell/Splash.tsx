import { Mark } from "../sign-in/Frame.tsx";
import css from "./shell.module.css";

/** While nothing can be shown yet; says something only if it takes a while. */
export function Splash({ words = "Connecting…" }: { words?: string }) {
  return (
    <div className={css.splash} role="status">
      <Mark size={40} />
      <span>{words}</span>
    </div>
  );
}
