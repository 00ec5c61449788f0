import { useCatalogue } from "../room/Surroundings.tsx";
import { NAME, SUBJECT, VALUE, VERB } from "./node.ts";
import css from "./panel.module.css";
import { PlainField, StackField } from "./StackField.tsx";
import type { FormProps } from "./StepForm.tsx";

/** The form of an arm: its condition, its value or the name of its variable. */
export function ArmForm({ node, lockItem }: FormProps) {
  const catalogue = useCatalogue();
  const rule = [...catalogue.statements.values()]
    .flatMap((statement) => statement.arms)
    .find((one) => one.keyword === node.word);
  const has = node.fields.some((one) => one.name === SUBJECT);
  if (!has && (rule === undefined || rule.subject === "none")) {
    return <p>This branch has nothing to set: it holds steps.</p>;
  }
  const label =
    rule?.subject === "binder" ? "variable" : rule?.subject === "condition" ? "condition" : "value";
  return (
    <div className={css.group}>
      <StackField
        item={node.id}
        lockItem={lockItem}
        field={SUBJECT}
        label={label}
        kind={label === "condition" ? "condition" : "expression"}
      />
    </div>
  );
}

/** What the stack gives back. */
export function ResponseForm({ node, lockItem }: FormProps) {
  return (
    <StackField
      item={node.id}
      lockItem={lockItem}
      field={VALUE}
      label="response"
      kind="expression"
      placeholder="$result"
    />
  );
}

/** Name, description and every other top-level property. */
export function SettingsForm({ node, lockItem }: FormProps) {
  const common = { item: node.id, lockItem };
  const rest = node.fields.filter((one) => !one.name.startsWith("@") && one.name !== "description");
  const verb = node.fields.some((one) => one.name === VERB);
  return (
    <div className={css.group}>
      <PlainField {...common} field={NAME} label="name" />
      {verb && (
        <PlainField {...common} field={VERB} label="verb" list={["GET", "POST", "PUT", "PATCH", "DELETE"]} />
      )}
      <PlainField {...common} field="description" label="description" quoted lines={3} />
      {rest.map((one) => (
        <StackField
          key={one.name}
          {...common}
          field={one.name}
          label={one.name}
          kind="expression"
          {...(one.form === undefined ? {} : { form: one.form })}
        />
      ))}
    </div>
  );
}
