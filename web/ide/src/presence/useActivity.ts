import { useClient } from "@baton/react";
import { useEffect } from "react";

/** Moving the mouse says so at most once a second. */
const MOVE_MS = 1000;

/** Tells the client of keys and pointers anywhere in the page; it reports them by itself. */
export function useActivity() {
  const client = useClient();
  useEffect(() => {
    let moved = 0;
    const key = () => client.active("keys");
    const point = () => client.active("pointer");
    const move = (event: Event) => {
      if (event.timeStamp - moved < MOVE_MS) return;
      moved = event.timeStamp;
      client.active("pointer");
    };
    const quiet = { passive: true, capture: true };
    document.addEventListener("keydown", key, quiet);
    document.addEventListener("pointerdown", point, quiet);
    document.addEventListener("pointermove", move, quiet);
    document.addEventListener("wheel", move, quiet);
    return () => {
      document.removeEventListener("keydown", key, quiet);
      document.removeEventListener("pointerdown", point, quiet);
      document.removeEventListener("pointermove", move, quiet);
      document.removeEventListener("wheel", move, quiet);
    };
  }, [client]);
}
