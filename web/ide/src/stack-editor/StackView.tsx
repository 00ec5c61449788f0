import { DndContext, DragOverlay, pointerWithin } from "@dnd-kit/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { byItem, type Person, person } from "../presence/people.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { useScrolled } from "../presence/useScrolled.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { useNavigation } from "../shell/navigation.ts";
import type { Place } from "./edits.ts";
import { label, lockItem, type Nodes, title } from "./node.ts";
import { outline, type Row } from "./outline.ts";
import { AnyRow, type RowSurroundings } from "./AnyRow.tsx";
import css from "./stack.module.css";
import { useStackActions } from "./useStackActions.ts";
import { useStackKeys } from "./useStackKeys.ts";
import { useStepDrag } from "./useStepDrag.ts";

const AddStep = lazy(() => import("./AddStep.tsx").then((module) => ({ default: module.AddStep })));

interface StackViewProps {
  object: string;
  nodes: Nodes;
  parts: { inputs: boolean; response: boolean };
  /** Why nothing can be changed, if nothing can. */
  readOnly: boolean;
}

/** The function stack: a virtual list of rows, so that a thousand steps are as quick as ten. */
export function StackView({ object, nodes, parts, readOnly }: StackViewProps) {
  const room = usePlaces();
  const catalogue = useCatalogue();
  const actions = useStackActions();
  const { place, select } = useNavigation();
  const now = useServerNow(5000);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [adding, setAdding] = useState<Place>();
  const scroll = useRef<HTMLDivElement>(null);

  const rows = useMemo(
    () => outline(nodes, catalogue, collapsed, parts),
    [nodes, catalogue, collapsed, parts],
  );
  const index = useMemo(() => new Map(rows.map((row, at) => [row.key, at])), [rows]);
  const looking = useMemo(
    () => byItem(room, object, room.user, (item) => lockItem(nodes, item)),
    [room, object, nodes],
  );
  const drag = useStepDrag(nodes, (key) => rows[index.get(key) ?? -1], actions.move);

  // The compiler of React cannot follow the virtualiser; nothing here is memoised on its functions.
  // eslint-disable-next-line react-hooks/incompatible-library
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => height(rows[at]),
    getItemKey: (at) => rows[at]?.key ?? at,
    overscan: 8,
    paddingStart: 4,
    paddingEnd: 120,
  });
  useEffect(() => list.measure(), [rows, list]);

  const selected = place.item;
  const shown = selected === undefined ? undefined : index.get(selected);
  const lastShown = useRef<string>(undefined);
  useEffect(() => {
    // Follows the selection, not the rows: what colleagues change never moves the page under one's eyes.
    if (shown !== undefined && lastShown.current !== selected) list.scrollToIndex(shown, { align: "auto" });
    lastShown.current = shown === undefined ? undefined : selected;
  }, [shown, selected, list]);

  const showAtTop = useCallback(
    (item: string) => {
      const at = index.get(item);
      if (at !== undefined) list.scrollToIndex(at, { align: "start" });
    },
    [index, list],
  );
  useScrolled(scroll, object, showAtTop);

  const fold = useCallback(
    (id: string) =>
      setCollapsed((was) => {
        const next = new Set(was);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const add = useCallback(
    (where?: Place) => {
      if (!readOnly) setAdding(where ?? besideSelected(nodes, selected));
    },
    [readOnly, nodes, selected],
  );
  useStackKeys({ scroll, rows, nodes, selected, readOnly, select, fold, add, actions });

  const { over, dragged } = drag;
  // One object that stays the same while one scrolls: rows that are on the screen are not drawn again.
  const surroundings: RowSurroundings = useMemo(
    () => ({
      nodes,
      catalogue,
      actions,
      readOnly,
      selected,
      looking,
      now,
      over,
      dragged,
      object,
      room,
      personOf: (user: string): Person => person(user, room.members.get(user)),
      onSelect: select,
      onFold: fold,
      onAdd: add,
    }),
    [
      nodes,
      catalogue,
      actions,
      readOnly,
      selected,
      looking,
      now,
      over,
      dragged,
      object,
      room,
      select,
      fold,
      add,
    ],
  );
  const draggedNode = drag.dragged === undefined ? undefined : nodes.get(drag.dragged);
  return (
    <DndContext {...drag.context} collisionDetection={pointerWithin}>
      <div
        ref={scroll}
        className={css.scroll}
        role="listbox"
        aria-label="Function stack"
        tabIndex={0}
        data-testid="stack"
      >
        <div className={css.list} style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return (
              row && (
                <div
                  key={item.key}
                  className={css.row}
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  <AnyRow row={row} all={surroundings} />
                </div>
              )
            );
          })}
        </div>
      </div>
      <DragOverlay dropAnimation={null}>
        {draggedNode && <div className={css.overlay}>{title(draggedNode, catalogue)}</div>}
      </DragOverlay>
      {adding && (
        <Suspense fallback={null}>
          <AddStep
            open
            where={whereWords(nodes, adding, (id) => label(id, catalogue))}
            onClose={() => setAdding(undefined)}
            onPick={(statement) => {
              select(actions.addStep(statement, adding));
              setAdding(undefined);
            }}
          />
        </Suspense>
      )}
    </DndContext>
  );
}

function height(row: Row | undefined): number {
  switch (row?.kind) {
    case "section":
      return 44;
    case "step":
      return row.described ? 58 : 46;
    case "arm":
      return 34;
    case "slot":
      return row.empty && row.parent === "stack" ? 84 : 30;
    case "arms":
      return 30;
    default:
      return 44;
  }
}

/** After the selected step, or at the end of the stack. */
function besideSelected(nodes: Nodes, selected: string | undefined): Place {
  const node = selected === undefined ? undefined : nodes.get(selected);
  if (node?.kind === "step" && node.parent) return { parent: node.parent, after: node.id };
  if (node?.kind === "arm") return { parent: node.id, after: node.children[node.children.length - 1] };
  const steps = nodes.get("stack")?.children ?? [];
  return { parent: "stack", after: steps[steps.length - 1] };
}

function whereWords(
  nodes: Nodes,
  place: Place,
  name: (node: NonNullable<ReturnType<Nodes["get"]>>) => string,
): string {
  const after = place.after === undefined ? undefined : nodes.get(place.after);
  return after ? `after ${name(after)}` : place.parent === "stack" ? "as the first step" : "in this block";
}
