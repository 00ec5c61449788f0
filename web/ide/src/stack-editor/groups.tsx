import {
  Braces,
  CircleHelp,
  Cloud,
  Database,
  FileText,
  FlaskConical,
  GitBranch,
  Globe,
  type LucideIcon,
  Repeat2,
  ShieldCheck,
  Sparkles,
  SquareFunction,
  Wrench,
  Zap,
} from "lucide-react";

import type { Statement } from "../room/catalogue.ts";

const GROUPS: readonly (readonly [RegExp, LucideIcon])[] = [
  [/^database/i, Database],
  [/^data cach/i, Zap],
  [/^data/i, Braces],
  [/^security/i, ShieldCheck],
  [/^api/i, Globe],
  [/^ai/i, Sparkles],
  [/^custom/i, SquareFunction],
  [/^utility/i, Wrench],
  [/^file/i, FileText],
  [/^cloud/i, Cloud],
  [/^test/i, FlaskConical],
];

/** The icon of a group of steps. */
export function groupIcon(group: string | undefined): LucideIcon {
  return GROUPS.find(([pattern]) => group !== undefined && pattern.test(group))?.[1] ?? CircleHelp;
}

/** The icon of a step: loops and branches have their own, all else that of its group. */
export function stepIcon(word: string, statement: Statement | undefined): LucideIcon {
  if (/^(foreach|for|while)$/.test(word)) return Repeat2;
  if (/^(conditional|switch|try_catch)$/.test(word)) return GitBranch;
  return groupIcon(statement?.group);
}
