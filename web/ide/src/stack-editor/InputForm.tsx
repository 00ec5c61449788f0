import { useClient } from "@baton/react";

import { attempt } from "../notifications/tell.ts";
import { useFieldState } from "../room/Surroundings.tsx";
import fieldCss from "./field.module.css";
import { DEFAULT, FILTERS, LIST, NAME, NULLABLE, OPTIONAL, TYPE } from "./node.ts";
import css from "./panel.module.css";
import { PlainField, StackField, SwitchField } from "./StackField.tsx";
import type { FormProps } from "./StepForm.tsx";

export const INPUT_TYPES = [
  "int",
  "decimal",
  "text",
  "bool",
  "email",
  "password",
  "uuid",
  "timestamp",
  "date",
  "json",
  "vector",
  "enum",
  "object",
  "file",
  "image",
  "video",
  "audio",
  "attachment",
  "geo_point",
  "geo_polygon",
  "geo_linestring",
  "dblink",
];

const OWN = new Set(["description", "sensitive"]);

/** The form of an input, or of a table field. */
export function InputForm({ node, lockItem }: FormProps) {
  const common = { item: node.id, lockItem };
  const rest = node.fields.filter((one) => !one.name.startsWith("@") && !OWN.has(one.name));
  return (
    <div className={css.group}>
      <div className={css.pair}>
        <PlainField {...common} field={NAME} label="name" />
        <PlainField {...common} field={TYPE} label="type" list={INPUT_TYPES} />
      </div>
      <div className={css.switches}>
        <SwitchField item={node.id} field={NULLABLE} label="nullable" on="before" />
        <SwitchField item={node.id} field={OPTIONAL} label="optional" />
        <SwitchField item={node.id} field={LIST} label="list" />
        <SwitchField item={node.id} field="sensitive" label="sensitive" />
      </div>
      <Default {...common} />
      <PlainField {...common} field={FILTERS} label="filters" placeholder="trim|lower" />
      <PlainField {...common} field="description" label="description" quoted lines={2} />
      {rest.map((one) => (
        <StackField
          key={one.name}
          {...common}
          field={one.name}
          label={one.name}
          kind="expression"
          removable
        />
      ))}
    </div>
  );
}

function Default(common: Omit<FormProps, "node"> & { item: string }) {
  const { editing } = useClient();
  const { text, readOnly } = useFieldState(common.item, DEFAULT);
  if (text !== null) {
    return <StackField {...common} field={DEFAULT} label="default" kind="expression" removable />;
  }
  if (readOnly) return null;
  return (
    <div className={fieldCss.switch}>
      <span className={fieldCss.name}>default</span>
      <button
        type="button"
        role="switch"
        aria-label="default"
        aria-checked={false}
        onClick={() => void attempt(editing.set(common.item, DEFAULT, "null"))}
      />
    </div>
  );
}
