/** Who is addressed in a line of chat: `@Ana`, `@Ana Lopez`. */

/** What is needed of a member. */
export interface Addressee {
  readonly user: string;
  readonly name: string;
}

/** A piece of a line: words, or members who are addressed by them. */
export interface Piece {
  readonly text: string;
  readonly users: readonly string[];
}

const LETTER = /[\p{L}\p{N}_]/u;

/** The line in pieces. After an `@` stands a member's whole name, the longest that fits, or the first word of some. */
export function pieces(text: string, members: readonly Addressee[]): readonly Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    // An address of mail is no mention.
    if (at > 0 && LETTER.test(text[at - 1] ?? "")) continue;
    const hit = named(text.slice(at + 1), members);
    if (!hit) continue;
    if (at > from) found.push({ text: text.slice(from, at), users: [] });
    from = at + 1 + hit.length;
    found.push({ text: text.slice(at, from), users: hit.users });
    at = from - 1;
  }
  if (from < text.length) found.push({ text: text.slice(from), users: [] });
  return found;
}

/** The members who are addressed, each once. */
export function mentionsIn(text: string, members: readonly Addressee[]): readonly string[] {
  return [...new Set(pieces(text, members).flatMap((piece) => piece.users))];
}

/** Who is named at the beginning of a text, and how long the name is. */
function named(text: string, members: readonly Addressee[]): { users: string[]; length: number } | undefined {
  const whole = namedBy(text, members, (name) => name);
  return whole ?? namedBy(text, members, (name) => name.split(/\s+/)[0] ?? name);
}

function namedBy(text: string, members: readonly Addressee[], nameOf: (name: string) => string) {
  const lower = text.toLocaleLowerCase();
  let best: { users: string[]; length: number } | undefined;
  for (const { user, name } of members) {
    const wanted = nameOf(name.trim());
    const fits = wanted !== "" && lower.startsWith(wanted.toLocaleLowerCase());
    if (!fits || LETTER.test(text[wanted.length] ?? "")) continue;
    if (!best || wanted.length > best.length) best = { users: [user], length: wanted.length };
    else if (wanted.length === best.length) best.users.push(user);
  }
  return best;
}

/** What stands between an `@` and the caret, if a name is being typed there. */
export function mentionAt(text: string, caret: number): string | undefined {
  return /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}][\p{L}\p{N} .'-]*|)$/u.exec(text.slice(0, caret))?.[1];
}

/** The members whose name begins with what is typed, or one of whose names does. */
export function candidates<M extends Addressee>(typed: string, members: readonly M[]): readonly M[] {
  const wanted = typed.toLocaleLowerCase();
  return members.filter(({ name }) => {
    const lower = name.toLocaleLowerCase();
    return lower.startsWith(wanted) || lower.split(/\s+/).some((word) => word.startsWith(wanted));
  });
}
