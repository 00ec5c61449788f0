import type { StackState } from "@baton/sdk";
import { useState } from "react";

import { Tabs } from "../kit/Tabs.tsx";
import { useNavigation } from "../shell/navigation.ts";
import { FieldsView } from "./FieldsView.tsx";
import { RecordsView } from "./RecordsView.tsx";
import css from "./tables.module.css";

const TABS = [
  ["records", "Records"],
  ["fields", "Fields"],
] as const;

/** A table: its records as a grid, and its fields. An address that names a field or a record opens where that is. */
export function TableView({ stack, readOnly }: { stack: StackState; readOnly: boolean }) {
  const { place, select } = useNavigation();
  const [picked, setPicked] = useState<"records" | "fields">("records");
  const tab =
    place.item === undefined ? picked : place.item.startsWith("record:") ? "records" : ("fields" as const);
  const pick = (next: "records" | "fields") => {
    setPicked(next);
    if (place.item !== undefined && next !== tab) select(undefined);
  };
  return (
    <div className={css.tabbed}>
      <Tabs label="Table" tabs={TABS} shown={tab} onShow={pick} />
      {tab === "records" ? (
        <RecordsView stack={stack} readOnly={readOnly} />
      ) : (
        <FieldsView stack={stack} readOnly={readOnly} />
      )}
    </div>
  );
}
