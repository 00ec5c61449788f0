import {
  AlarmClock,
  Bot,
  Box,
  FolderCog,
  Globe,
  Layers,
  type LucideIcon,
  Plug,
  Radio,
  Server,
  SquareFunction,
  Table2,
  Wrench,
  Zap,
} from "lucide-react";
import { createElement } from "react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  api_group: FolderCog,
  endpoint: Globe,
  function: SquareFunction,
  task: AlarmClock,
  middleware: Layers,
  trigger: Zap,
  addon: Plug,
  agent: Bot,
  tool: Wrench,
  mcp_server: Server,
  table: Table2,
  channel: Radio,
};

/** The icon of a kind of object. */
export function ObjectIcon({ kind }: { kind: string }) {
  return createElement(ICONS[kind] ?? Box, { "aria-hidden": true });
}
