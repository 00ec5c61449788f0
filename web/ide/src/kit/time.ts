/** Times as people say them: relative, honest, never more exact than they are. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time: "40 s", "4 min", "2 h", "3 d". */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** How long ago: "now", "40 s ago", "yesterday". */
export function ago(at: number, now: number): string {
  const passed = now - at;
  if (passed < 10_000) return "now";
  if (passed < DAY) return `${span(passed)} ago`;
  if (passed < 2 * DAY) return "yesterday";
  return new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** "editing for 4 min, idle 40 s", from a lock's own moments; idleness is only said when it is one. */
export function editing(since: number, edited: number, now: number): string {
  const idle = now - edited;
  const held = now - since < 5000 ? "editing now" : `editing for ${span(now - since)}`;
  return idle >= 20_000 && edited > since ? `${held}, idle ${span(idle)}` : held;
}

/** The time of day, as the chat shows it. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** "1st", "2nd", "3rd", "11th". */
export function ordinal(n: number): string {
  const tens = n % 100;
  const end = tens >= 11 && tens <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${end}`;
}
