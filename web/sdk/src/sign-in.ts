import type { Clock, KeyValueStorage } from "./environment.ts";
import { BatonError } from "./errors.ts";
import type { User } from "./http-types.ts";
import { Store } from "./store.ts";
import type { Wire } from "./wire.ts";

/** A token with less than this left is renewed before it is used, in milliseconds. */
export const RENEW_BEFORE_MS = 60_000;
/** Stands in the browser's storage while somebody is signed in: only then is there a cookie to try. */
const SIGNED_IN = "baton:signed-in";

interface Grant {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly user?: User;
}

/**
 * The sign-in of this page: the access token, in memory only, and its renewal by the refresh cookie.
 *
 * Renewal is single-flight in the page. Two tabs that renew at once get the same successor from the server (design.md
 * §5), so no lock between tabs is needed.
 */
export class SignIn {
  /** `undefined` until it is known, `null` if nobody is signed in. */
  readonly user = new Store<User | null | undefined>(undefined);
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #storage: KeyValueStorage | undefined;
  #token: string | null = null;
  #ends = 0;
  #renewal: Promise<string> | null = null;

  constructor(wire: Wire, clock: Clock, storage?: KeyValueStorage) {
    this.#wire = wire;
    this.#clock = clock;
    this.#storage = storage;
  }

  /** How long the token at hand lives, in milliseconds. */
  lifeMs(): number {
    return this.#token === null ? 0 : Math.max(0, this.#ends - this.#clock.monotonic());
  }

  /** A token with some life left; `fresh`: not the one at hand. */
  token(fresh: boolean): Promise<string> {
    if (!fresh && this.#token !== null && this.lifeMs() > RENEW_BEFORE_MS)
      return Promise.resolve(this.#token);
    return this.#renew();
  }

  /** Runs `call` with a token, and once more with a fresh one if the server refuses the first. */
  async authorized<T>(call: (token: string) => Promise<T>): Promise<T> {
    const token = await this.token(false);
    try {
      return await call(token);
    } catch (thrown) {
      if (!(thrown instanceof BatonError) || thrown.status !== 401) throw thrown;
      // Another call may have renewed it meanwhile.
      return call(this.#token !== null && this.#token !== token ? this.#token : await this.#renew());
    }
  }

  /** Takes what a sign-in gave. */
  take(grant: Grant): User {
    const user = this.#keep(grant);
    if (!user)
      throw BatonError.local("bad_answer", "The server did not say who signed in.", "Sign in again.");
    return user;
  }

  /** Takes what a call gave that may or may not have signed in. */
  takeIfGiven(answer: unknown): User | null {
    const grant = answer as Partial<Grant> | undefined;
    if (typeof grant?.access_token !== "string") return null;
    return this.#keep(grant as Grant);
  }

  /** Signs in by the refresh cookie, if there is one. */
  async restore(): Promise<User | null> {
    if (this.#token === null && this.#storage && this.#storage.getItem(SIGNED_IN) === null) {
      this.user.set(null);
      return null;
    }
    try {
      await this.token(false);
    } catch (thrown) {
      if (thrown instanceof BatonError && thrown.status === 401) return null;
      throw thrown;
    }
    return this.user.get() ?? null;
  }

  /** Signs out. The token is forgotten even if the server cannot be reached. */
  async end(): Promise<void> {
    const token = this.#token ?? undefined;
    this.#forget();
    await this.#wire.json("POST", "/auth/sign-out", undefined, token);
  }

  #renew(): Promise<string> {
    this.#renewal ??= this.#refresh().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #refresh(): Promise<string> {
    let grant: Grant;
    try {
      grant = await this.#wire.json<Grant>("POST", "/auth/refresh");
    } catch (thrown) {
      // Only a refusal ends the sign-in; a server that is not there does not.
      if (thrown instanceof BatonError && thrown.status === 401) this.#forget();
      throw thrown;
    }
    if (!this.#keep(grant)) {
      const me = await this.#wire.json<{ user: User }>("GET", "/me", undefined, grant.access_token);
      this.user.set(me.user);
    }
    return grant.access_token;
  }

  #keep(grant: Grant): User | null {
    this.#token = grant.access_token;
    this.#storage?.setItem(SIGNED_IN, "yes");
    this.#ends = this.#clock.monotonic() + grant.expires_in * 1_000;
    if (grant.user) this.user.set(grant.user);
    return grant.user ?? this.user.get() ?? null;
  }

  #forget(): void {
    this.#token = null;
    this.#ends = 0;
    this.#storage?.removeItem(SIGNED_IN);
    this.user.set(null);
  }
}
