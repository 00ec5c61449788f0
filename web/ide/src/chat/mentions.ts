/** Who is addressed in a line of chat: `@Ana`. */
import type { MemberDoc } from "@baton/sdk";

/** The members whose name, or its first word, stands after an `@`. */
export function mentionsIn(text: string, members: readonly MemberDoc[]): readonly string[] {
  const names = new Set([...text.matchAll(/@([\p{L}\p{N}]+)/gu)].map((match) => match[1]?.toLowerCase()));
  return members
    .filter((member) => names.has(member.name.toLowerCase().split(/\s+/)[0]))
    .map((member) => member.user);
}

/** What stands between an `@` and the caret, if a name is being typed there. */
export function mentionAt(text: string, caret: number): string | undefined {
  return /(?:^|\s)@([\p{L}\p{N}]*)$/u.exec(text.slice(0, caret))?.[1];
}
