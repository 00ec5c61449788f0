// The only place where a story pauses: between two looks at a condition.

const LIMIT_MS = 10_000;
const PAUSE_MS = 50;

/**
 * Looks again until the condition holds, and returns what it gave. `what` is a sentence that would be true:
 * "Ben sees Ana in the header". An error while looking counts as "not yet" and is told if time runs out.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  limitMs = LIMIT_MS,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + limitMs;
  let last: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== false && seen !== null && seen !== undefined) {
        return seen as Exclude<T, false | null | undefined>;
      }
      last = seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resume) => setTimeout(resume, PAUSE_MS));
  } while (performance.now() < end);
  throw new Error(`not true after ${limitMs / 1000} s: ${what} (last look: ${String(last)})`);
}
