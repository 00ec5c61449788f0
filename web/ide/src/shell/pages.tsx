/** The pages of a workspace beside its objects: one table, which the address, the tree, the menu and the palette read. */
import { ChartColumn, CircleUser, Gauge, KeyRound, Radio, ScrollText, Users } from "lucide-react";
import { type ComponentType, lazy, type LazyExoticComponent, type ReactNode } from "react";

export interface WorkspacePage {
  /** In the address, and the `page` of a session's location. */
  readonly path: string;
  /** What people call it. */
  readonly title: string;
  readonly icon: ReactNode;
  /** What else somebody may type to find it. */
  readonly words: string;
  /** Whether only owners and admins have it. */
  readonly admins: boolean;
  /** Comes when it is opened. */
  readonly Content: LazyExoticComponent<ComponentType>;
}

export const PAGES: readonly WorkspacePage[] = [
  {
    path: "realtime",
    title: "Realtime",
    icon: <Radio aria-hidden />,
    words: "channels messages events presence records sdk xano appwrite connect",
    admins: false,
    Content: lazy(() =>
      import("../realtime/RealtimePage.tsx").then((module) => ({ default: module.RealtimePage })),
    ),
  },
  {
    path: "team",
    title: "Team",
    icon: <Users aria-hidden />,
    words: "members invite roles locks",
    admins: false,
    Content: lazy(() => import("../team/TeamPage.tsx").then((module) => ({ default: module.TeamPage }))),
  },
  {
    path: "keys",
    title: "Keys",
    icon: <KeyRound aria-hidden />,
    words: "api keys tokens scopes programs servers bots scripts revoke",
    admins: true,
    Content: lazy(() => import("../keys/KeysPage.tsx").then((module) => ({ default: module.KeysPage }))),
  },
  {
    path: "activity",
    title: "Activity",
    icon: <ChartColumn aria-hidden />,
    words: "analytics presence status members over time busiest settings thresholds",
    admins: true,
    Content: lazy(() =>
      import("../analytics/AnalyticsPage.tsx").then((module) => ({ default: module.AnalyticsPage })),
    ),
  },
  {
    path: "console",
    title: "Console",
    icon: <Gauge aria-hidden />,
    words: "sessions kick end freeze locks live lag policies times storage limits",
    admins: true,
    Content: lazy(() =>
      import("../console/ConsolePage.tsx").then((module) => ({ default: module.ConsolePage })),
    ),
  },
  {
    path: "audit",
    title: "Audit",
    icon: <ScrollText aria-hidden />,
    words: "log who did what reason security",
    admins: true,
    Content: lazy(() => import("../audit/AuditPage.tsx").then((module) => ({ default: module.AuditPage }))),
  },
  {
    path: "account",
    title: "Account",
    icon: <CircleUser aria-hidden />,
    words: "password sign-ins devices sign out",
    admins: false,
    Content: lazy(() =>
      import("../account/AccountPage.tsx").then((module) => ({ default: module.AccountPage })),
    ),
  },
];

/** The page of an address, if there is one of that name. */
export function pageOf(path: string): WorkspacePage | undefined {
  return PAGES.find((page) => page.path === path);
}

/** The pages that a role has. */
export function pagesFor(role: string): readonly WorkspacePage[] {
  const admin = role === "owner" || role === "admin";
  return PAGES.filter((page) => admin || !page.admins);
}
