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

import { createElement } from "react";

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

/** The icon of a step: loops and branches have their own, all else that of its group. */
export function StepIcon({ word, group }: { word: string; group: string | undefined }) {
  return createElement(iconOf(word, group), { "aria-hidden": true });
}

function iconOf(word: string, group: string | undefined): LucideIcon {
  if (/^(foreach|for|while)$/.test(word)) return Repeat2;
  if (/^(conditional|switch|try_catch)$/.test(word)) return GitBranch;
  return GROUPS.find(([pattern]) => group !== undefined && pattern.test(group))?.[1] ?? CircleHelp;
}
