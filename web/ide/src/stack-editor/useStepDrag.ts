import { type DragEndEvent, type DragMoveEvent, PointerSensor, useSensor, useSensors } from "@dnd-kit/core";
import { useState } from "react";

import type { Place } from "./edits.ts";
import type { Nodes } from "./node.ts";
import type { Row } from "./outline.ts";

/** Where a dragged step would land: drawn at a row, meant as a place in the tree. */
export interface Landing {
  key: string;
  side: "before" | "after";
  place: Place;
}

/** The place that the pointer means over a row; `lower` is the row's lower half. */
export function landing(nodes: Nodes, row: Row, lower: boolean): Landing | undefined {
  switch (row.kind) {
    case "step": {
      const parent = row.node.parent ?? "stack";
      const siblings = nodes.get(parent)?.children ?? [];
      const before = siblings[siblings.indexOf(row.node.id) - 1];
      if (!lower) return { key: row.key, side: "before", place: { parent, after: before } };
      const first = row.collapsed ? undefined : row.node.children[0];
      const place =
        first === undefined ? { parent, after: row.node.id } : { parent: first, after: undefined };
      return { key: row.key, side: "after", place };
    }
    case "arm":
      return { key: row.key, side: "after", place: { parent: row.node.id, after: undefined } };
    case "slot":
      return { key: row.key, side: "after", place: { parent: row.parent, after: row.after } };
    default:
      return undefined;
  }
}

/** Dragging of steps: what is dragged, where it would land, and the handlers for `DndContext`. */
export function useStepDrag(
  nodes: Nodes,
  row: (key: string) => Row | undefined,
  drop: (item: string, place: Place) => void,
) {
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<Landing>();
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }));
  const aim = (event: DragMoveEvent | DragEndEvent): Landing | undefined => {
    const target = event.over && row(String(event.over.id));
    if (!event.over || !target || !(event.activatorEvent instanceof PointerEvent)) return undefined;
    const y = event.activatorEvent.clientY + event.delta.y;
    const { top, height } = event.over.rect;
    return landing(nodes, target, y > top + height / 2);
  };
  const end = () => {
    setDragged(undefined);
    setOver(undefined);
  };
  return {
    dragged,
    over,
    context: {
      sensors,
      onDragStart: (event: { active: { id: string | number } }) => setDragged(String(event.active.id)),
      onDragMove: (event: DragMoveEvent) => {
        const next = aim(event);
        setOver((was) => (was?.key === next?.key && was?.side === next?.side ? was : next));
      },
      onDragEnd: (event: DragEndEvent) => {
        const found = aim(event);
        if (found && found.key !== event.active.id) drop(String(event.active.id), found.place);
        end();
      },
      onDragCancel: end,
    },
  };
}
