import { Command } from "cmdk";
import { Dialog } from "radix-ui";

import type { Statement } from "../room/catalogue.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { StepIcon } from "./groups.tsx";
import palette from "../shell/palette.module.css";

interface AddStepProps {
  open: boolean;
  /** Where the step will stand, in words. */
  where: string;
  onPick: (statement: Statement) => void;
  onClose: () => void;
}

/** The searchable catalogue of steps. */
export function AddStep({ open, where, onPick, onClose }: AddStepProps) {
  const catalogue = useCatalogue();
  const all = [...catalogue.statements.values()];
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={palette.veil} />
        <Dialog.Content className={palette.box} aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Add step</Dialog.Title>
          <Command label="Add step" loop>
            <div className={palette.search}>
              <Command.Input placeholder="Add a step: query, loop, condition, request…" />
              <span className={palette.where}>{where}</span>
            </div>
            <Command.List className={palette.list}>
              <Command.Empty className={palette.empty}>No step of that name.</Command.Empty>
              {catalogue.groups.map((group) => (
                <Command.Group key={group} heading={group}>
                  {all
                    .filter((one) => one.group === group)
                    .map((one) => (
                      <Choice key={one.statement} statement={one} onPick={onPick} />
                    ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choice({ statement, onPick }: { statement: Statement; onPick: (statement: Statement) => void }) {
  return (
    <Command.Item
      value={`${statement.label} ${statement.statement}`}
      keywords={[statement.group, statement.help]}
      onSelect={() => onPick(statement)}
      className={palette.item}
    >
      <StepIcon word={statement.statement} group={statement.group} />
      <span className={palette.name}>{statement.label}</span>
      <span className={palette.note}>{statement.help}</span>
      <code className={palette.code}>{statement.statement}</code>
    </Command.Item>
  );
}
