import { useClient } from "@baton/react";
import type { ObjectHeadDoc, StackState } from "@baton/sdk";
import { ChevronDown, Command, History, LogOut, Moon, X } from "lucide-react";

import { Button, IconButton } from "../kit/Button.tsx";
import { Menu } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { people, person } from "../presence/people.ts";
import { PeopleRow } from "../presence/PeopleRow.tsx";
import { StatusMenu } from "../presence/StatusMenu.tsx";
import { usePlaces } from "../presence/usePlaces.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { ConnectionState } from "./ConnectionState.tsx";
import { useNavigation } from "./navigation.ts";
import { pageOf, pagesFor } from "./pages.tsx";
import css from "./shell.module.css";
import { nextTheme } from "./theme.ts";
import { kindTitle } from "./tree.ts";

interface HeaderProps {
  head: ObjectHeadDoc | undefined;
  stack: StackState | null;
  mayEdit: boolean;
  changesOpen: boolean;
  following: string | undefined;
  onChanges: () => void;
  onPublish: () => void;
  onPalette: () => void;
  onUnfollow: () => void;
}

/** Workspace, place, people, changes, publish; the connection only when it is not fine. */
export function Header(props: HeaderProps) {
  const { head, stack } = props;
  const room = usePlaces();
  const { place, openObject } = useNavigation();
  const followed =
    props.following === undefined ? undefined : person(props.following, room.members.get(props.following));
  const here = people(room, () => true, head?.id);
  const count = head?.changes ?? 0;
  return (
    <header className={css.bar}>
      <WorkspaceMenu name={room.name} role={room.members.get(room.user)?.role ?? "viewer"} />
      <ol className={css.crumbs} aria-label="Place">
        {crumbs(place.page, head).map((crumb, at) => (
          <li key={at}>{crumb}</li>
        ))}
      </ol>
      <div className={css.right}>
        <ConnectionState />
        {followed && (
          <span
            className={css.following}
            data-colour={followed.colour}
            data-testid="following"
            data-keeps-following
          >
            Following {followed.name}
            <IconButton name="Stop following" onClick={props.onUnfollow}>
              <X />
            </IconButton>
          </span>
        )}
        <PeopleRow
          people={here}
          me={room.user}
          name="People in the workspace"
          testId="people"
          onPick={(one) => {
            const at = one.sessions.map((session) => room.locations.get(session.id) ?? session.location);
            const found = at.find((location) => location.object !== undefined);
            if (found?.object !== undefined) openObject(found.object, found.item);
          }}
        />
        <StatusMenu />
        <span className={css.split} />
        <Button look="plain" aria-expanded={props.changesOpen} onClick={props.onChanges}>
          <History />
          Changes
          <span className={css.count} data-none={count === 0}>
            {count}
          </span>
        </Button>
        <Button
          look="solid"
          disabled={!stack || !props.mayEdit || (count === 0 && head?.version !== undefined)}
          onClick={props.onPublish}
        >
          Publish…
        </Button>
        <IconButton name="Search everything" keys="⌘K" onClick={props.onPalette}>
          <Command />
        </IconButton>
      </div>
    </header>
  );
}

function crumbs(page: string, head: ObjectHeadDoc | undefined): readonly string[] {
  const own = pageOf(page);
  if (own) return [own.title];
  return head ? [kindTitle(head.kind), ...head.name.split("/").filter(Boolean)] : [];
}

function WorkspaceMenu({ name, role }: { name: string; role: string }) {
  const client = useClient();
  const { http, user } = useSurroundings();
  const { openPage, openHome } = useNavigation();
  const signOut = async () => {
    await attempt(client.leave());
    await attempt(http.signOut());
  };
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={css.brand}>
          <img src="/baton.svg" alt="" />
          {name}
          <ChevronDown aria-hidden />
        </button>
      }
      entries={[
        `${user.name} · ${user.email}`,
        { name: "Home", onSelect: openHome },
        ...pagesFor(role).map(({ path, title, icon }) => ({
          name: title,
          icon,
          onSelect: () => openPage(path),
        })),
        { name: "Change theme", icon: <Moon />, onSelect: nextTheme },
        null,
        { name: "Sign out", icon: <LogOut />, onSelect: () => void signOut() },
      ]}
    />
  );
}
