import { useClient } from "@baton/react";
import type { NodeDoc } from "@baton/sdk";
import { Plus } from "lucide-react";

import { Button } from "../kit/Button.tsx";
import { Menu } from "../kit/Menu.tsx";
import { Banner } from "../kit/Words.tsx";
import { CLAUSE, type Parameter, type Statement, type Subject, type ValueKind } from "../room/catalogue.ts";
import { useCatalogue, useFieldState } from "../room/Surroundings.tsx";
import { field, isUnknown, NAME, RESULT, SOURCE, SUBJECT } from "./node.ts";
import css from "./panel.module.css";
import { PlainField, StackField, SwitchField } from "./StackField.tsx";

export interface FormProps {
  node: NodeDoc;
  /** The item whose lock covers the node. */
  lockItem: string;
}

const SUBJECTS: Partial<Record<Subject, string>> = {
  table: "table",
  variable: "variable",
  expression: "expression",
  condition: "condition",
  name: "name",
  endpoint: "endpoint",
  binder: "variable",
};

/** The form of a step, made from the catalogue's parameters: required ones first, the rest as they are wanted. */
export function StepForm({ node, lockItem }: FormProps) {
  const statement = useCatalogue().statements.get(node.word);
  const common = { item: node.id, lockItem };
  if (isUnknown(node)) {
    return (
      <div className={css.group}>
        <Banner tone="warn">The catalogue does not know this statement. It is kept as it stands.</Banner>
        <StackField {...common} field={SOURCE} label="source" kind="expression" />
      </div>
    );
  }
  const shown = shownParameters(node, statement);
  return (
    <div className={css.group}>
      {statement && statement.subject !== "none" && (
        <StackField
          {...common}
          field={SUBJECT}
          label={SUBJECTS[statement.subject] ?? "subject"}
          kind={statement.subject === "condition" ? "condition" : "expression"}
          required
        />
      )}
      {statement?.clause && <StackField {...common} field={CLAUSE} label="if" kind="condition" required />}
      {shown.map((parameter) => (
        <StackField
          key={parameter.name}
          {...common}
          field={parameter.name}
          label={parameter.name}
          kind={parameter.kind}
          {...(parameter.values ? { values: parameter.values } : {})}
          required={parameter.required}
          removable={!parameter.required}
        />
      ))}
      <AddParameter node={node} statement={statement} shown={shown} />
      {statement?.result === "variable" && (
        <PlainField {...common} field={RESULT} label="result" placeholder="$x1" />
      )}
      <PlainField {...common} field="description" label="description" quoted lines={2} />
      <SwitchField item={node.id} field="disabled" label="disabled" />
    </div>
  );
}

/** Required parameters, then those that the step has: of the catalogue first, unknown ones last. */
function shownParameters(node: NodeDoc, statement: Statement | undefined): readonly Parameter[] {
  const known = statement?.parameters ?? [];
  const own = known.filter((one) => one.required || field(node, one.name) !== undefined);
  const sorted = [...own.filter((one) => one.required), ...own.filter((one) => !one.required)];
  const rest = node.fields
    .filter((one) => !one.name.startsWith("@") && one.name !== "description" && one.name !== "disabled")
    .filter((one) => !known.some((parameter) => parameter.name === one.name))
    .filter((one) => !(statement?.clause && one.name === CLAUSE))
    .map((one) => ({ name: one.name, kind: "expression" as const, required: false }));
  return [...sorted, ...rest];
}

const FIRST: Partial<Record<ValueKind, string>> = { text: '""', json: "{}", bool: "true", number: "0" };

function AddParameter({
  node,
  statement,
  shown,
}: {
  node: NodeDoc;
  statement: Statement | undefined;
  shown: readonly Parameter[];
}) {
  const { editing } = useClient();
  const { readOnly } = useFieldState(node.id, NAME);
  const rest = (statement?.parameters ?? []).filter(
    (one) =>
      !shown.some((other) => other.name === one.name) && !["description", "disabled"].includes(one.name),
  );
  if (rest.length === 0 || readOnly) return null;
  return (
    <div>
      <Menu
        align="start"
        trigger={
          <Button size="small" look="plain">
            <Plus /> Add parameter
          </Button>
        }
        entries={rest.map((one) => ({
          name: one.name,
          onSelect: () =>
            editing.type(
              node.id,
              one.name,
              FIRST[one.kind] ?? (one.values?.[0] ? `"${one.values[0]}"` : "null"),
            ),
        }))}
      />
    </div>
  );
}
