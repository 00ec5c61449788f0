import { useUnsaved } from "@baton/react";
import { useEffect } from "react";

/** Asks before the page is closed while something typed is not saved. */
export function useLeaveWarning() {
  const unsaved = useUnsaved();
  useEffect(() => {
    if (unsaved === 0) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [unsaved]);
}
