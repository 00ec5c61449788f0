import { useClient, useReadable } from "@baton/react";
import type { ObjectHeadDoc } from "@baton/sdk";
import { Download, EllipsisVertical, Trash2 } from "lucide-react";
import { useState } from "react";

import { Button, IconButton } from "../kit/Button.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { Menu } from "../kit/Menu.tsx";
import { attempt } from "../notifications/tell.ts";
import { closingEntries } from "../locks/closing.tsx";
import { wholeEntries } from "../locks/whole.tsx";
import { useSurroundings } from "../room/Surroundings.tsx";
import { download } from "./download.ts";
import { useNavigation } from "./navigation.ts";
import css from "./page.module.css";
import { lastSegment } from "./tree.ts";

/** What one can do with a whole object. */
export function ObjectMenu({ head, mayEdit }: { head: ObjectHeadDoc; mayEdit: boolean }) {
  const client = useClient();
  const { http } = useSurroundings();
  const room = useReadable(client.room);
  const [asking, setAsking] = useState(false);
  const exportIt = async () => {
    const text = await http.xanoscript(client.workspace, head.id, { draft: true });
    download(`${head.name.replaceAll("/", "_")}.xs`, text);
  };
  return (
    <span className={css.barMenu}>
      <Menu
        trigger={
          <IconButton name="Actions of this object">
            <EllipsisVertical />
          </IconButton>
        }
        entries={[
          {
            name: "Export as XanoScript",
            icon: <Download />,
            onSelect: () => void attempt(exportIt()),
          },
          ...(mayEdit ? wholeEntries(room, head.id) : []),
          ...closingEntries(room, { object: head.id }),
          ...(mayEdit
            ? [null, { name: "Delete…", icon: <Trash2 />, danger: true, onSelect: () => setAsking(true) }]
            : []),
        ]}
      />
      {asking && <DeleteObject head={head} onClose={() => setAsking(false)} />}
    </span>
  );
}

function DeleteObject({ head, onClose }: { head: ObjectHeadDoc; onClose: () => void }) {
  const client = useClient();
  const { openHome } = useNavigation();
  const [busy, setBusy] = useState(false);
  const name = lastSegment(head.name);
  const remove = async () => {
    setBusy(true);
    const good = await attempt(client.deleteObject(head.id), `${name} was deleted`);
    onClose();
    if (good) openHome();
  };
  return (
    <Dialog
      open
      title={`Delete ${name}?`}
      onClose={onClose}
      foot={
        <>
          <Button look="plain" onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" disabled={busy} onClick={() => void remove()}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        It goes for everybody at once, with its drafts and what is published
        {head.changes > 0 &&
          ` and ${head.changes === 1 ? "1 change" : `${head.changes} changes`} not published`}
        . While a colleague edits in it, it cannot be deleted.
      </p>
    </Dialog>
  );
}
