// What is done around the tests of every story.

import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { forgetPictures, type Person } from "./person.ts";
import type { Server } from "./server.ts";

/** Lines of a page's console that are shown when a test fails. */
const LINES = 20;

/**
 * No page may meet an uncaught error or break its content policy; a failure leaves a picture and the console of everybody; at
 * the end all leave and the server stops. People and server may not be there yet when their start has failed.
 */
export function watch(
  story: string,
  people: () => readonly (Person | undefined)[],
  server: () => Server | undefined,
): void {
  beforeAll(() => forgetPictures(new RegExp(`^${story}-`)));
  afterEach(async ({ task }) => {
    for (const person of people()) {
      if (task.result?.state === "fail") {
        await person?.picture(`${story}-${task.name.split(" ")[0]}-failed`).catch(() => undefined);
        console.error(`--- console of ${person?.name}:\n${person?.console.slice(-LINES).join("\n")}`);
      }
    }
    for (const person of people()) expect(person?.errors ?? []).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(people().map(async (person) => await person?.leave()));
    await server()?.dispose();
  });
}
