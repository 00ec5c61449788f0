import { useClient, useReadable } from "@baton/react";
import { type KeyRow, type KeyScope, manages as mayManage } from "@baton/sdk";
import { KeyRound, Plus } from "lucide-react";
import { useCallback, useEffect, useState } from "react";

import { Button } from "../kit/Button.tsx";
import list from "../kit/list.module.css";
import { ListSection } from "../kit/ListSection.tsx";
import { Page } from "../kit/Page.tsx";
import { Table } from "../kit/Table.tsx";
import { Empty } from "../kit/Words.tsx";
import { attempt } from "../notifications/tell.ts";
import { useNames } from "../notifications/useNames.ts";
import { useSurroundings } from "../room/Surroundings.tsx";
import { KeyLine } from "./KeyLine.tsx";
import { MakeKey } from "./MakeKey.tsx";

/** Keys with which programs call: what they are for, who made them, and how they end. */
export function KeysPage() {
  const client = useClient();
  const room = useReadable(client.room);
  const { http } = useSurroundings();
  const { who } = useNames();
  const [rows, setRows] = useState<readonly KeyRow[]>();
  const [scopes, setScopes] = useState<readonly KeyScope[]>([]);
  const [search, setSearch] = useState("");
  const [making, setMaking] = useState(false);
  const manages = mayManage(room);
  const load = useCallback(
    () => void attempt(http.keys(client.workspace).then(setRows)),
    [http, client.workspace],
  );
  useEffect(() => {
    if (!manages) return;
    load();
    void attempt(http.permissions().then((table) => setScopes(table.scopes)));
  }, [http, load, manages]);
  if (!manages) return <p className={list.none}>This page is for owners and admins.</p>;
  const wanted = search.toLowerCase();
  const found = (rows ?? []).filter((row) =>
    `${row.name} ${row.scopes.join(" ")} ${who(row.made_by).name}`.toLowerCase().includes(wanted),
  );
  return (
    <Page
      title="Keys"
      lead={`With which scripts, servers and bots call ${room.name}, each within its scopes.`}
      width={1040}
      actions={
        <Button look="solid" onClick={() => setMaking(true)}>
          <Plus /> New key
        </Button>
      }
    >
      {rows?.length === 0 ? (
        <Empty icon={<KeyRound />} title="No keys yet">
          Make one for each program, so that you can end it without touching the others.
        </Empty>
      ) : (
        <ListSection title="All keys" of="keys" search={search} onSearch={setSearch} testId="keys">
          {rows && found.length === 0 && <p className={list.none}>No key fits.</p>}
          {found.length > 0 && (
            <Table columns={["Name", "Scopes", "Made by", "Last used", "Ends"]} actions>
              {found.map((row) => (
                <KeyLine key={row.id} row={row} scopes={scopes} onRevoked={load} />
              ))}
            </Table>
          )}
        </ListSection>
      )}
      {making && <MakeKey scopes={scopes} onMade={load} onClose={() => setMaking(false)} />}
    </Page>
  );
}
