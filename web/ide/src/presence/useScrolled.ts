import { type RefObject, useEffect } from "react";

import { useWhereabouts } from "../room/Surroundings.tsx";
import { scrolledTo } from "../shell/useFollow.ts";

/** Tells colleagues what stands at the top of a scrolled view of items, and goes where the one who is followed has scrolled. */
export function useScrolled(
  box: RefObject<HTMLElement | null>,
  object: string,
  show: (item: string) => void,
): void {
  const whereabouts = useWhereabouts();
  useEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const tell = () => whereabouts.scroll(current.scrollTop < 8 ? undefined : topItem(current));
    tell();
    current.addEventListener("scroll", tell, { passive: true });
    return () => {
      current.removeEventListener("scroll", tell);
      whereabouts.scroll(undefined);
    };
  }, [box, whereabouts]);
  useEffect(
    () =>
      scrolledTo.on((to) => {
        if (to.object !== object) return;
        if (to.top === undefined) box.current?.scrollTo({ top: 0 });
        else show(to.top);
      }),
    [box, object, show],
  );
}

/** The first item that is seen for more than its half. */
function topItem(box: HTMLElement): string | undefined {
  const { top } = box.getBoundingClientRect();
  let first: { item: string; y: number } | undefined;
  for (const row of box.querySelectorAll<HTMLElement>("[data-item]")) {
    const at = row.getBoundingClientRect();
    const { item } = row.dataset;
    if (item === undefined || (at.top + at.bottom) / 2 < top) continue;
    if (!first || at.top < first.y) first = { item, y: at.top };
  }
  return first?.item;
}
