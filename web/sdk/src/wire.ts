import type { Environment } from "./environment.ts";
import { asBatonError, BatonError } from "./errors.ts";
import type { ErrorBody } from "./protocol.ts";

/** HTTP with the table's errors: whatever goes wrong is a [`BatonError`]. */
export class Wire {
  readonly #base: string;
  readonly #fetch: typeof fetch;

  constructor(base: string, environment: Pick<Environment, "fetch">) {
    this.#base = base;
    this.#fetch = environment.fetch;
  }

  /** JSON in, JSON out; `undefined` for an answer without a body. */
  async json<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const text = await this.#exchange(method, path, body, token);
    if (text === "") return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw BatonError.local(
        "bad_answer",
        "The server's answer could not be read.",
        "Reload the page.",
        false,
      );
    }
  }

  /** What is there as a text. */
  text(path: string, token: string): Promise<string> {
    return this.#exchange("GET", path, undefined, token);
  }

  async #exchange(method: string, path: string, body: unknown, token: string | undefined): Promise<string> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    let response: Response;
    let text: string;
    try {
      // The refresh token is a cookie of the same site; it goes along by itself and nowhere else.
      const init: RequestInit = { method, headers, credentials: "same-origin" };
      if (body !== undefined) init.body = JSON.stringify(body);
      response = await this.#fetch(this.#base + path, init);
      text = await response.text();
    } catch (thrown) {
      throw asBatonError(thrown);
    }
    if (response.ok) return text;
    throw new BatonError(problem(response.status, text), response.status);
  }
}

/** The body of a failure; a proxy in between may answer with something else. */
function problem(status: number, text: string): ErrorBody {
  try {
    const body = JSON.parse(text) as Partial<ErrorBody>;
    if (typeof body.code === "string" && typeof body.title === "string") {
      return {
        ...body,
        code: body.code,
        title: body.title,
        help: body.help ?? "",
        retry: body.retry ?? false,
      };
    }
  } catch {
    // Not ours: told below.
  }
  const retry = status >= 500;
  return {
    code: retry ? "offline" : "bad_answer",
    title: `Something between this browser and the server answered with ${status}.`,
    help: "What you typed is kept in this browser.",
    retry,
  };
}
