/** From spans as they are stored to points as they are drawn. */
import type { Analytics, AnalyticsSpan } from "@baton/sdk";

/** What stands over one moment. */
export interface Point {
  at: number;
  values: readonly number[];
}

/** The spans of the whole stretch: those in which nobody was here are not stored, and are nothing. */
export function filled(found: Analytics): readonly AnalyticsSpan[] {
  const length = found.minutes * 60_000;
  const known = new Map(found.spans.map((span) => [span.at, span]));
  const all: AnalyticsSpan[] = [];
  for (let at = found.from - (found.from % length); at < found.to; at += length) {
    all.push(known.get(at) ?? { ...EMPTY, at });
  }
  return all;
}

const EMPTY: AnalyticsSpan = {
  at: 0,
  peak: 0,
  member_minutes: 0,
  bot_minutes: 0,
  online_ms: 0,
  busy_ms: 0,
  away_ms: 0,
  interactions: 0,
};

/** A length of time on an axis: "0", "40 min", "3.5 h". */
export function hours(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 60 * 60_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}

/** The top of an axis: a round number that is not less. */
export function top(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => one * power >= most) ?? 10;
  return step * power;
}

/** At most `most` points, each the largest of those it stands for. */
export function thinned(points: readonly Point[], most: number): readonly Point[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return points;
  const kept: Point[] = [];
  for (let from = 0; from < points.length; from += each) {
    const group = points.slice(from, from + each);
    const first = group[0];
    if (!first) continue;
    const values = first.values.map((_, at) => Math.max(...group.map((one) => one.values[at] ?? 0)));
    kept.push({ at: first.at, values });
  }
  return kept;
}
