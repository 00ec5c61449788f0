import { useClient, useReadable } from "@baton/react";
import type { ImportedFile } from "@baton/sdk";
import { CircleAlert, CircleCheck, Download, Plus, Upload } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";

import { Button } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Field, Select } from "../kit/Field.tsx";
import kit from "../kit/kit.module.css";
import { Menu } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { download, downloadZip } from "./download.ts";
import { useNavigation } from "./navigation.ts";
import { ObjectIcon } from "./ObjectIcon.tsx";
import css from "./shell.module.css";
import { kindWord } from "./tree.ts";

const MADE = [
  "endpoint",
  "function",
  "task",
  "table",
  "api_group",
  "middleware",
  "addon",
  "agent",
  "tool",
  "channel",
];

/** What makes new objects: by name, or from XanoScript; and the way out again. */
export function NewMenu({ mayEdit }: { mayEdit: boolean }) {
  const client = useClient();
  const { http } = useSurroundings();
  const { place } = useNavigation();
  const room = useReadable(client.room);
  const [kind, setKind] = useState<string>();
  const [results, setResults] = useState<readonly ImportedFile[]>();
  const files = useRef<HTMLInputElement>(null);
  const open = place.object === undefined ? undefined : room.objects.get(place.object);

  const upload = async (list: FileList) => {
    const read = await Promise.all(
      [...list].map(async (file) => ({ name: file.name, text: await file.text() })),
    );
    await attempt(http.importFiles(client.workspace, { files: read }).then(setResults));
  };
  const exportOne = async () => {
    if (!open) return;
    const text = await http.xanoscript(client.workspace, open.id, { draft: true });
    download(`${open.name.replaceAll("/", "_")}.xs`, text);
  };
  const exportAll = async () => {
    await downloadZip(`${room.name}.zip`, await http.exportFiles(client.workspace));
  };
  return (
    <>
      <Menu
        trigger={
          <button type="button" className={kit.icon} aria-label="New">
            <Plus />
          </button>
        }
        entries={[
          ...(mayEdit
            ? [
                "New",
                ...MADE.map((one) => ({
                  name: kindWord(one),
                  icon: <ObjectIcon kind={one} />,
                  onSelect: () => setKind(one),
                })),
                null,
                { name: "Import XanoScript…", icon: <Upload />, onSelect: () => files.current?.click() },
              ]
            : []),
          {
            name: "Export this object",
            icon: <Download />,
            disabled: !open,
            onSelect: () => void attempt(exportOne()),
          },
          { name: "Export everything (.zip)", icon: <Download />, onSelect: () => void attempt(exportAll()) },
        ]}
      />
      <input
        ref={files}
        type="file"
        accept=".xs,text/plain"
        multiple
        hidden
        aria-label="XanoScript files"
        onChange={(event) => {
          if (event.target.files) void upload(event.target.files);
          event.target.value = "";
        }}
      />
      {kind !== undefined && <NewObject kind={kind} onClose={() => setKind(undefined)} />}
      {results && <ImportResults results={results} onClose={() => setResults(undefined)} />}
    </>
  );
}

function NewObject({ kind, onClose }: { kind: string; onClose: () => void }) {
  const client = useClient();
  const { http } = useSurroundings();
  const { openObject } = useNavigation();
  const room = useReadable(client.room);
  const [name, setName] = useState("");
  const groups = [...room.objects.values()].filter((one) => one.kind === "api_group");
  const [group, setGroup] = useState(groups[0]?.id ?? "");
  const word = kindWord(kind);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const good = await attempt(
      http
        .createObject(client.workspace, {
          kind,
          name: name.trim(),
          ...(kind === "endpoint" && group ? { group } : {}),
        })
        .then((made) => openObject(made.object)),
    );
    if (good) onClose();
  };
  return (
    <Dialog
      open
      title={`New ${word.replace(/^[A-Z](?![A-Z])/, (one) => one.toLowerCase())}`}
      onClose={onClose}
    >
      <form className={kit.field} style={{ gap: 14 }} onSubmit={(event) => void submit(event)}>
        <Field
          label="Name"
          autoFocus
          required
          maxLength={200}
          value={name}
          hint={kind === "function" ? "Folders by /, as in Discord/PollSendToSlack" : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        {kind === "endpoint" && groups.length > 0 && (
          <Select label="API group" value={group} onChange={setGroup}>
            {groups.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        )}
        <div style={{ justifySelf: "end" }}>
          <Button look="solid" type="submit">
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Where a file is wrong, what was expected there, and what stands there. */
function faultWords({ line, column, expected, found, message }: NonNullable<ImportedFile["error"]>): string {
  const wanted = typeof expected === "string" ? expected : expected?.join(" or ");
  const fault = wanted ? `expected ${wanted}${found ? `, found ${found}` : ""}` : message;
  return `Line ${line}, column ${column}: ${fault}. Nothing of it was imported.`;
}

function ImportResults({ results, onClose }: { results: readonly ImportedFile[]; onClose: () => void }) {
  const { openObject } = useNavigation();
  const good = results.filter((one) => one.ok).length;
  return (
    <Dialog open title={`${good} of ${results.length} files imported`} onClose={onClose}>
      <ul className={css.results}>
        {results.map((one) => (
          <li key={one.name} data-testid="import-result">
            <span data-good={one.ok}>{one.ok ? <CircleCheck /> : <CircleAlert />}</span>
            <div>
              <code>{one.name}</code>
              <div>
                {one.error
                  ? faultWords(one.error)
                  : one.created
                    ? "New. "
                    : "Replaced, as one change that can be reverted. "}
                {one.object && (
                  <Button
                    size="small"
                    look="plain"
                    onClick={() => {
                      if (one.object) openObject(one.object);
                      onClose();
                    }}
                  >
                    Open
                  </Button>
                )}
              </div>
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
