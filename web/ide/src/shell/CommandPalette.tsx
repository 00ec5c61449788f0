import { useClient, useReadable } from "@baton/react";
import { type StackState, stepNumbers } from "@baton/sdk";
import { Command } from "cmdk";
import { History, Home, MessageSquare, Moon, Rocket } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";

import { Initials } from "../presence/Initials.tsx";
import { locationOf, people } from "../presence/people.ts";
import { useCatalogue } from "../room/Surroundings.tsx";
import { title } from "../stack-editor/node.ts";
import { StepIcon } from "../stack-editor/groups.tsx";
import { useNavigation } from "./navigation.ts";
import { ObjectIcon } from "./ObjectIcon.tsx";
import { pagesFor } from "./pages.tsx";
import css from "./palette.module.css";
import { nextTheme } from "./theme.ts";
import { kindWord } from "./tree.ts";

interface CommandPaletteProps {
  open: boolean;
  stack: StackState | null;
  onClose: () => void;
  onStep: (item: string) => void;
  onPublish: () => void;
  onChanges: () => void;
  onChat: () => void;
}

/** ⌘K: objects, people, steps of the open object, and what one can do. */
export function CommandPalette(props: CommandPaletteProps) {
  return (
    <Dialog.Root open={props.open} onOpenChange={(next) => !next && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={css.veil} />
        <Dialog.Content className={css.box} aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Search everything</Dialog.Title>
          <Entries {...props} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entries({ stack, onClose, onStep, onPublish, onChanges, onChat }: CommandPaletteProps) {
  const room = useReadable(useClient().room);
  const catalogue = useCatalogue();
  const { openObject, openPage, openHome } = useNavigation();
  const run = (what: () => void) => () => {
    onClose();
    what();
  };
  const role = room.members.get(room.user)?.role ?? "viewer";
  const numbers = stack ? [...stepNumbers(stack.tree)].slice(0, 300) : [];
  const others = people(room, () => true).filter((one) => one.user !== room.user);
  return (
    <Command label="Search everything" loop>
      <div className={css.search}>
        <Command.Input placeholder="Go to an object, a person, a step…" />
      </div>
      <Command.List className={css.list}>
        <Command.Empty className={css.empty}>Nothing of that name.</Command.Empty>
        {others.length > 0 && (
          <Command.Group heading="People here">
            {others.map((one) => {
              const [session] = one.sessions;
              const at = session && locationOf(room, session);
              const object = at?.object === undefined ? undefined : room.objects.get(at.object);
              return (
                <Item
                  key={one.user}
                  value={`go to ${one.name} ${one.user}`}
                  icon={<Initials person={one} size="small" />}
                  name={`Go to ${one.name}`}
                  note={object?.name ?? "Home"}
                  onSelect={run(() => (object ? openObject(object.id, at?.item) : openHome()))}
                />
              );
            })}
          </Command.Group>
        )}
        <Command.Group heading="Objects">
          {[...room.objects.values()].map((one) => {
            return (
              <Item
                key={one.id}
                value={`${one.name} ${one.id}`}
                icon={<ObjectIcon kind={one.kind} />}
                name={one.name}
                note={kindWord(one.kind)}
                onSelect={run(() => openObject(one.id))}
              />
            );
          })}
        </Command.Group>
        {stack && numbers.length > 0 && (
          <Command.Group heading="Steps">
            {numbers.map(([id, number]) => {
              const node = stack.tree.get(id);
              if (!node) return null;
              return (
                <Item
                  key={id}
                  value={`${number} ${title(node, catalogue)} ${id}`}
                  icon={<StepIcon word={node.word} group={catalogue.statements.get(node.word)?.group} />}
                  name={title(node, catalogue)}
                  note={number}
                  onSelect={run(() => onStep(id))}
                />
              );
            })}
          </Command.Group>
        )}
        <Command.Group heading="Do">
          {stack && <Item value="publish" icon={<Rocket />} name="Publish…" onSelect={run(onPublish)} />}
          <Item value="changes history revert" icon={<History />} name="Changes" onSelect={run(onChanges)} />
          <Item value="chat message" icon={<MessageSquare />} name="Chat" onSelect={run(onChat)} />
          {pagesFor(role).map(({ path, title, icon, words }) => (
            <Item
              key={path}
              value={`${title} ${words}`}
              icon={icon}
              name={title}
              onSelect={run(() => openPage(path))}
            />
          ))}
          <Item value="home" icon={<Home />} name="Home" onSelect={run(openHome)} />
          <Item value="theme dark light" icon={<Moon />} name="Change theme" onSelect={run(nextTheme)} />
        </Command.Group>
      </Command.List>
    </Command>
  );
}

function Item(props: { value: string; icon: ReactNode; name: string; note?: string; onSelect: () => void }) {
  return (
    <Command.Item value={props.value} onSelect={props.onSelect} className={css.item}>
      {props.icon}
      <span className={css.name}>{props.name}</span>
      <span className={css.note}>{props.note}</span>
    </Command.Item>
  );
}
