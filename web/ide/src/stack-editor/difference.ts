/** The smallest single change that makes `b` of `a`. */
export function difference(a: string, b: string): { from: number; to: number; insert: string } {
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1;
  let end = 0;
  const most = Math.min(a.length, b.length) - from;
  while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return { from, to: a.length - end, insert: b.slice(from, b.length - end) };
}
