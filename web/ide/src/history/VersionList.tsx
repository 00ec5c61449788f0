import { useClient, useReadable } from "@baton/react";
import type { StackState, Version } from "@baton/sdk";
import { GitCompareArrows, History, RotateCcw } from "lucide-react";

import { Button, IconButton } from "../kit/Button.tsx";
import { ago } from "../kit/time.ts";
import { Empty } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { Initials } from "../presence/Initials.tsx";
import { person } from "../presence/people.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { useServerNow } from "../room/useServerNow.ts";
import { compared } from "./comparing.ts";
import css from "./history.module.css";
import { useVersions } from "./useVersions.ts";

/** The published versions, newest first; each can be compared and put back into the draft. */
export function VersionList({ stack, mayEdit }: { stack: StackState; mayEdit: boolean }) {
  const { versions, loadMore } = useVersions(stack.object);
  return (
    <div className={`${css.body} ${css.alone}`} data-testid="versions">
      {versions.length === 0 && (
        <Empty icon={<History />} title="Never published">
          Publish, and every version is kept here.
        </Empty>
      )}
      <ul>
        {versions.map((version, at) => (
          <Row key={version.number} stack={stack} version={version} live={at === 0} mayEdit={mayEdit} />
        ))}
      </ul>
      {loadMore && (
        <Button size="small" look="plain" onClick={loadMore}>
          Older versions
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  stack: StackState;
  version: Version;
  live: boolean;
  mayEdit: boolean;
}

function Row({ stack, version, live, mayEdit }: RowProps) {
  const client = useClient();
  const { http } = useSurroundings();
  const { members } = useReadable(client.room);
  const now = useServerNow(10_000);
  const who = person(version.user, members.get(version.user));
  const names = version.contributors.map((user) => person(user, members.get(user)).name).join(", ");
  const restore = () => http.restoreVersion(client.workspace, stack.object, version.number, stack.revision);
  return (
    <li className={css.change} data-testid="version" data-number={version.number}>
      <Initials person={who} />
      <div>
        <b>
          Version {version.number}
          {live && " · live"}
        </b>{" "}
        {version.description}
        <div className={css.meta}>
          {who.name} · <time title={new Date(version.at).toLocaleString()}>{ago(version.at, now)}</time>
          {names && ` · ${version.whole ? "changes" : "only changes"} of ${names}`}
        </div>
      </div>
      <span className={css.revert}>
        <IconButton
          name="Compare with the draft"
          onClick={() => compared.emit({ object: stack.object, a: `version:${version.number}`, b: "draft" })}
        >
          <GitCompareArrows />
        </IconButton>
        <Button
          size="small"
          disabled={!mayEdit}
          onClick={() => void attempt(restore(), `Version ${version.number} is in the draft`)}
        >
          <RotateCcw /> Restore
        </Button>
      </span>
    </li>
  );
}
