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
