/** Where this tab is, put together from the parts of the page that know: the address, the field, the scroll. */
import type { Client, CursorDoc, LocationDoc } from "@baton/sdk";

/** What surfaces say of where one is. Said to colleagues by the client, which thins it out. */
export class Whereabouts {
  readonly #client: Client;
  #at: LocationDoc = { page: "home" };

  constructor(client: Client) {
    this.#client = client;
  }

  /** The page changed, or what is shown or selected on it. */
  goTo(page: string, object?: string, item?: string): void {
    const { object: before, item: on, field, cursor, top } = this.#at;
    const same = before === object;
    this.#say({
      page,
      ...(object === undefined ? {} : { object }),
      ...(item === undefined ? {} : { item }),
      ...(same && on === item && field !== undefined ? { field } : {}),
      ...(same && on === item && cursor ? { cursor } : {}),
      ...(same && top !== undefined ? { top } : {}),
    });
  }

  /** A field of the selected item got the focus; none has it any more. */
  enter(item: string, field: string): void {
    this.#say({ ...this.#outside(), item, field });
  }

  /** A field lost the focus. */
  leave(item: string, field: string): void {
    if (this.#at.item === item && this.#at.field === field) this.#say({ ...this.#outside(), item });
  }

  /** The caret moved in the field with the focus; `typing`: by a key that wrote. */
  point(item: string, field: string, cursor: CursorDoc, typing: boolean): void {
    this.#say({ ...this.#outside(), item, field, cursor, ...(typing ? { typing } : {}) });
  }

  /** The item at the top of what is seen. */
  scroll(top: string | undefined): void {
    const { top: before, ...rest } = this.#at;
    if (before !== top) this.#say({ ...rest, ...(top === undefined ? {} : { top }) });
  }

  #outside(): LocationDoc {
    const { field: _field, cursor: _cursor, item: _item, ...rest } = this.#at;
    return rest;
  }

  #say(at: LocationDoc): void {
    const { typing: _, ...rest } = at;
    this.#at = rest;
    this.#client.locate(at);
  }
}
