import { useEffect, useState } from "react";

/** The browser's clock, looked at again every `every` milliseconds. */
export function useTick(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
