import { useClient, useReadable } from "@baton/react";
import type { ObjectHeadDoc } from "@baton/sdk";
import { ChevronDown, PenLine, Search, Users } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "wouter";

import { Empty } from "../kit/Words.tsx";
import { byObject, type Person } from "../presence/people.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { NewMenu } from "./NewMenu.tsx";
import { address, useNavigation } from "./navigation.ts";
import { ObjectIcon } from "./ObjectIcon.tsx";
import { pagesFor } from "./pages.tsx";
import css from "./tree.module.css";
import { buildTree, lastSegment, type TreeKind } from "./tree.ts";

interface TreeProps {
  mayEdit: boolean;
  collabOpen: boolean;
  onCollab: () => void;
}

/** All objects by kind and folder, with a dot where colleagues are and a pen where they edit. */
export function Tree({ mayEdit, collabOpen, onCollab }: TreeProps) {
  const room = usePlaces();
  const [search, setSearch] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useMemo(() => buildTree(room.objects.values(), search), [room.objects, search]);
  const here = useMemo(() => byObject(room, room.user), [room]);
  const present = new Set([...room.sessions.values()].map((session) => session.user)).size;
  const fold = (key: string) =>
    setClosed((was) => {
      const next = new Set(was);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <div className={css.tree}>
      <div className={css.treeHead}>
        <label className={css.search}>
          <Search aria-hidden />
          <input
            type="search"
            aria-label="Search objects"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        <NewMenu mayEdit={mayEdit} />
      </div>
      <nav className={css.nodes} aria-label="Objects">
        {tree.length === 0 && (
          <Empty title={search ? "Nothing of that name" : "Nothing here yet"}>
            {search ? "" : "Add something with +, or import XanoScript."}
          </Empty>
        )}
        {tree.map((kind) => (
          <Kind key={kind.kind} kind={kind} closed={search ? new Set() : closed} fold={fold} here={here} />
        ))}
        {!search && <Pages role={room.members.get(room.user)?.role ?? "viewer"} />}
      </nav>
      <div className={css.foot}>
        <button type="button" className={css.hereButton} aria-expanded={collabOpen} onClick={onCollab}>
          <Users aria-hidden />
          {present} here
        </button>
        <UnreadCount />
      </div>
    </div>
  );
}

/** The workspace's own pages, below its objects. */
function Pages({ role }: { role: string }) {
  const { place } = useNavigation();
  return (
    <ul className={css.pages} aria-label="Workspace">
      {pagesFor(role).map(({ path, title, icon }) => (
        <li key={path}>
          <Link
            href={address({ workspace: place.workspace, page: path })}
            className={css.object}
            aria-current={place.page === path ? "page" : undefined}
          >
            {icon}
            <span className={css.objectName}>{title}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface KindProps {
  kind: TreeKind;
  closed: ReadonlySet<string>;
  fold: (key: string) => void;
  here: ReadonlyMap<string, readonly Person[]>;
}

function Kind({ kind, closed, fold, here }: KindProps) {
  const open = !closed.has(kind.kind);
  return (
    <section>
      <button type="button" className={css.kind} aria-expanded={open} onClick={() => fold(kind.kind)}>
        {kind.title}
        <ChevronDown aria-hidden />
      </button>
      {open &&
        kind.folders.map((folder) => {
          const key = `${kind.kind}/${folder.path}`;
          const shown = folder.path === "" || !closed.has(key);
          return (
            <div key={key}>
              {folder.path !== "" && (
                <button type="button" className={css.folder} aria-expanded={shown} onClick={() => fold(key)}>
                  <ChevronDown aria-hidden />
                  {folder.path}
                </button>
              )}
              {shown && (
                <ul>
                  {folder.objects.map((object) => (
                    <ObjectLine
                      key={object.id}
                      object={object}
                      deep={folder.path !== ""}
                      people={here.get(object.id) ?? []}
                    />
                  ))}
                </ul>
              )}
            </div>
          );
        })}
    </section>
  );
}

/** How much was said since one last read, and whether one was addressed. */
function UnreadCount() {
  const { lines, mentions } = useReadable(useClient().talk.unread);
  if (lines === 0) return null;
  const words = `${lines} unread ${lines === 1 ? "line" : "lines"}${mentions > 0 ? ", you are mentioned" : ""}`;
  return (
    <span
      className={css.unread}
      data-testid="unread"
      data-mentioned={mentions > 0}
      title={words}
      aria-label={words}
    >
      {mentions > 0 && "@"}
      {lines > 99 ? "99+" : lines}
    </span>
  );
}

function whereabouts(person: Person): string {
  return `${person.name} ${person.editing ? "is editing" : "is here"}`;
}

function ObjectLine({
  object,
  deep,
  people,
}: {
  object: ObjectHeadDoc;
  deep: boolean;
  people: readonly Person[];
}) {
  const { place } = useNavigation();
  const name = object.kind === "api_group" ? "Group settings" : lastSegment(object.name);
  const current = place.object === object.id;
  return (
    <li>
      <Link
        href={address({ workspace: place.workspace, page: "object", object: object.id })}
        className={css.object}
        data-deep={deep}
        aria-current={current ? "page" : undefined}
        aria-label={name}
        aria-description={people.map(whereabouts).join(", ") || undefined}
        title={object.name}
      >
        <ObjectIcon kind={object.kind} />
        <span className={css.objectName}>{name}</span>
        {object.changes > 0 && (
          <span className={css.changed} title={`${object.changes} changes not published`} />
        )}
        {people.length > 0 && (
          <span className={css.here}>
            {people.slice(0, 3).map((person) => (
              <span key={person.user} data-colour={person.colour} title={whereabouts(person)}>
                {person.editing ? <PenLine className={css.pen} aria-hidden /> : <span className={css.dot} />}
              </span>
            ))}
          </span>
        )}
      </Link>
    </li>
  );
}
