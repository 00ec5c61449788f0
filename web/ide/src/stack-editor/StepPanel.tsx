import { useClient, useReadable } from "@baton/react";
import type { NodeDoc, StackState } from "@baton/sdk";
import { ListTree, Reply, Settings2, TextCursorInput, X } from "lucide-react";

import { IconButton } from "../kit/Button.tsx";
import { ExplainLock } from "../locks/ExplainLock.tsx";
import { LockStrip } from "../locks/LockStrip.tsx";
import { ItemChanges } from "../history/ItemChanges.tsx";
import { useCatalogue } from "../room/Surroundings.tsx";
import { useNavigation } from "../shell/navigation.ts";
import { InputForm } from "./InputForm.tsx";
import { lockItem, title } from "./node.ts";
import { ArmForm, ResponseForm, SettingsForm } from "./PartForms.tsx";
import css from "./panel.module.css";
import { StepIcon } from "./groups.tsx";
import { StepForm } from "./StepForm.tsx";

/** The right column: everything about the selected item. */
export function StepPanel({ stack, item }: { stack: StackState; item: string }) {
  const catalogue = useCatalogue();
  const { select } = useNavigation();
  const table = useReadable(useClient().room).objects.get(stack.object)?.kind === "table";
  const node = stack.tree.get(item);
  const held = lockItem(stack.tree, item);

  return (
    <aside className={css.panel} aria-label="Step" data-panel="step">
      <header className={css.head}>
        <span className={css.icon}>
          <NodeIcon node={node} />
        </span>
        <div className={css.headText}>
          <strong className={css.title}>{node ? title(node, catalogue) : "Not there any more"}</strong>
          <span className={css.sub}>
            {node ? under(node, catalogue.statements.get(node.word)?.help, table) : ""}
          </span>
        </div>
        <IconButton name="Close" keys="Esc" onClick={() => select(undefined)}>
          <X />
        </IconButton>
      </header>
      <div className={css.body}>
        {node ? (
          <>
            <LockStrip object={stack.object} item={held} />
            <Form node={node} held={held} />
            <ExplainLock object={stack.object} item={held} />
            <ItemChanges stack={stack} item={item} />
          </>
        ) : (
          <p>Somebody deleted it. A revert in “Changes” brings it back.</p>
        )}
      </div>
    </aside>
  );
}

function NodeIcon({ node }: { node: NodeDoc | undefined }) {
  const catalogue = useCatalogue();
  switch (node?.kind) {
    case "step":
      return <StepIcon word={node.word} group={catalogue.statements.get(node.word)?.group} />;
    case "input":
      return <TextCursorInput aria-hidden />;
    case "response":
      return <Reply aria-hidden />;
    case "settings":
      return <Settings2 aria-hidden />;
    default:
      return <ListTree aria-hidden />;
  }
}

function under(node: NodeDoc, help: string | undefined, table: boolean): string {
  if (node.kind === "step") return help ?? node.word;
  if (node.kind === "arm") return "A branch; its lock is that of its step";
  return (
    {
      input: table ? "Table field" : "Input",
      response: "What the stack gives back",
      settings: "Settings of the object",
    }[node.kind as string] ?? ""
  );
}

function Form({ node, held }: { node: NodeDoc; held: string }) {
  const all = { node, lockItem: held };
  switch (node.kind) {
    case "step":
      return <StepForm key={node.id} {...all} />;
    case "arm":
      return <ArmForm key={node.id} {...all} />;
    case "input":
      return <InputForm key={node.id} {...all} />;
    case "response":
      return <ResponseForm key={node.id} {...all} />;
    case "settings":
      return <SettingsForm key={node.id} {...all} />;
    default:
      return null;
  }
}
