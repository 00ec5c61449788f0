import { useClient } from "@baton/react";
import { lazy, Suspense, useEffect, useState } from "react";

import { ChangesDrawer } from "../history/ChangesDrawer.tsx";
import { RevertDialogs } from "../history/RevertDialog.tsx";
import { ClosingDialog } from "../locks/closing.tsx";
import { WholeDialog } from "../locks/whole.tsx";
import { Notifications } from "../notifications/Notifications.tsx";
import { CollaborationPanel } from "../presence/CollaborationPanel.tsx";
import { nearest, person } from "../presence/people.ts";
import { useActivity } from "../presence/useActivity.ts";
import { usePlaces } from "../presence/usePlaces.ts";
import { useStack, useWhereabouts } from "../room/Surroundings.tsx";
import { preloadCodeField } from "../stack-editor/LazyCodeField.tsx";
import { StepPanel } from "../stack-editor/StepPanel.tsx";
import { RecordPanel } from "../tables/RecordPanel.tsx";
import { Header } from "./Header.tsx";
import { Home } from "./Home.tsx";
import { useNavigation } from "./navigation.ts";
import { ObjectPage } from "./ObjectPage.tsx";
import { pagesFor } from "./pages.tsx";
import css from "./shell.module.css";
import { Tree } from "./Tree.tsx";
import { useFollow } from "./useFollow.ts";
import { useGlobalKeys } from "./useGlobalKeys.ts";
import { useLeaveWarning } from "./useLeaveWarning.ts";

// What is opened seldom comes when it is.
const CompareDialogs = lazy(() =>
  import("../history/CompareDialog.tsx").then((module) => ({ default: module.CompareDialogs })),
);
const PublishDialog = lazy(() =>
  import("../history/PublishDialog.tsx").then((module) => ({ default: module.PublishDialog })),
);
const CommandPalette = lazy(() =>
  import("./CommandPalette.tsx").then((module) => ({ default: module.CommandPalette })),
);

type Asking = "publish" | "palette" | undefined;

/** The frame of a workspace: header, tree, page, and the panels that come and go. */
export function Layout() {
  const client = useClient();
  const { place, select } = useNavigation();
  const room = usePlaces();
  const whereabouts = useWhereabouts();
  const found = useStack();
  const stack = found?.object === place.object && found?.status === "ready" ? found : null;
  const [collab, setCollab] = useState(false);
  const [changes, setChanges] = useState(false);
  const [asking, setAsking] = useState<Asking>();
  const { following, follow } = useFollow();
  const role = room.members.get(room.user)?.role ?? "viewer";
  const mayEdit = role !== "viewer" && role !== "suspended";
  const { page, object, item } = place;
  const Page = pagesFor(role).find((one) => one.path === page)?.Content;
  const head = object === undefined ? undefined : room.objects.get(object);

  useEffect(() => {
    if (object !== undefined) return () => client.close(object);
    return undefined;
  }, [client, object]);
  useEffect(() => {
    if (object !== undefined) client.open(object);
    whereabouts.goTo(page, object, item);
  }, [client, whereabouts, page, object, item]);
  useGlobalKeys({
    palette: () => setAsking("palette"),
    chat: () => setCollab(true),
    changes: () => setChanges((was) => !was),
    follow: () => follow(following === undefined ? nearest(client.room.get(), object) : undefined),
  });
  useActivity();
  useLeaveWarning();
  useEffect(preloadCodeField, []);

  const showStep = stack !== null && item !== undefined;
  return (
    <div
      className={css.layout}
      data-collab={collab}
      data-step={showStep}
      data-changes={changes}
      data-following={following !== undefined}
      data-colour={
        following === undefined ? undefined : person(following, room.members.get(following)).colour
      }
    >
      <div className={css.header}>
        <Header
          head={head}
          stack={stack}
          mayEdit={mayEdit}
          changesOpen={changes}
          following={following}
          onChanges={() => setChanges(!changes)}
          onPublish={() => setAsking("publish")}
          onPalette={() => setAsking("palette")}
          onUnfollow={() => follow(undefined)}
        />
      </div>
      <div className={css.left}>
        <Tree mayEdit={mayEdit} collabOpen={collab} onCollab={() => setCollab(!collab)} />
      </div>
      {collab && (
        <div className={css.collab} data-keeps-following>
          <CollaborationPanel following={following} onFollow={follow} onClose={() => setCollab(false)} />
        </div>
      )}
      <main className={css.main}>
        {Page && (
          <Suspense fallback={null}>
            <Page />
          </Suspense>
        )}
        {!Page && page !== "object" && <Home />}
        {page === "object" && object !== undefined && (
          <ObjectPage key={object} object={object} head={head} stack={found} mayEdit={mayEdit} />
        )}
      </main>
      {showStep && (
        <div className={css.step}>
          {item.startsWith("record:") ? (
            <RecordPanel stack={stack} item={item} />
          ) : (
            <StepPanel stack={stack} item={item} />
          )}
        </div>
      )}
      {changes && (
        <div className={css.changes}>
          <ChangesDrawer stack={stack} mayEdit={mayEdit} onClose={() => setChanges(false)} />
        </div>
      )}
      <Notifications beside={collab} onChat={() => setCollab(true)} onChanges={() => setChanges(true)} />
      <ClosingDialog />
      <RevertDialogs />
      <WholeDialog />
      <Suspense fallback={null}>
        {asking === "publish" && stack && (
          <PublishDialog stack={stack} onClose={() => setAsking(undefined)} />
        )}
        <CompareDialogs />
        {asking === "palette" && (
          <CommandPalette
            open
            onClose={() => setAsking(undefined)}
            stack={stack}
            onStep={select}
            onPublish={() => setAsking("publish")}
            onChanges={() => setChanges(true)}
            onChat={() => setCollab(true)}
          />
        )}
      </Suspense>
    </div>
  );
}
