/** A value that can be read and followed; fits `useSyncExternalStore` as it is. */
export interface Readable<T> {
  /** The value now; the same reference until it changes. */
  get(): T;
  /** Calls `listener` after each change; returns what ends it. */
  subscribe(listener: () => void): () => void;
}

/** A [`Readable`] that its owner can change. */
export class Store<T> implements Readable<T> {
  readonly #listeners = new Set<() => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  // Bound, so that both can be handed to `useSyncExternalStore` without a wrapper.
  get = (): T => this.#value;

  subscribe = (listener: () => void): (() => void) => {
    // A wrapper, so that one function subscribed twice is called twice and ended one by one.
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  /** Replaces the value; nobody is told if it is the same. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Replaces the value by what `change` makes of it. */
  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }
}

/** A part of a value, followed by itself: listeners are told only when `equal` says that the part changed. */
export function select<T, P>(
  source: Readable<T>,
  pick: (value: T) => P,
  equal: (a: P, b: P) => boolean = Object.is,
): Readable<P> {
  let from: T;
  let part: P;
  let known = false;
  const get = (): P => {
    const value = source.get();
    if (known && Object.is(value, from)) return part;
    const next = pick(value);
    if (!known || !equal(part, next)) part = next;
    from = value;
    known = true;
    return part;
  };
  return {
    get,
    subscribe(listener) {
      let last = get();
      return source.subscribe(() => {
        const next = get();
        if (Object.is(next, last)) return;
        last = next;
        listener();
      });
    },
  };
}

/** A value made of several others; renewed when one of them changes and `equal` says that the outcome did. */
export function combine<T>(
  sources: readonly Readable<unknown>[],
  compute: () => T,
  equal: (a: T, b: T) => boolean,
): Readable<T> {
  let seen: readonly unknown[] | null = null;
  let value: T;
  const get = (): T => {
    const now = sources.map((source) => source.get());
    if (seen && sameList(seen, now)) return value;
    const next = compute();
    if (!seen || !equal(value, next)) value = next;
    seen = now;
    return value;
  };
  return {
    get,
    subscribe(listener) {
      let last = get();
      const tell = () => {
        const next = get();
        if (Object.is(next, last)) return;
        last = next;
        listener();
      };
      const ends = sources.map((source) => source.subscribe(tell));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}

/** Whether two flat objects hold the same values under the same names. */
export function sameShallow<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(a) as (keyof T)[];
  return names.length === Object.keys(b).length && names.every((name) => Object.is(a[name], b[name]));
}

/** Something that happens and is over: each listener hears it once. */
export class Emitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  /** Calls `listener` at each event; returns what ends it. */
  on = (listener: (event: T) => void): (() => void) => {
    const entry = (event: T) => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  };

  /** Tells everybody. */
  emit(event: T): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Whether two lists hold the same things in the same order. */
export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, at) => Object.is(value, b[at]));
}
