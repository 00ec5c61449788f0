import { describe, expect, test } from "vitest";

import { address, placeOf } from "./navigation.ts";

const workspace = "01a215f7-3850-7063-82af-e4c5170abc95";

describe("addresses", () => {
  test("lead back to the place that they are of", () => {
    const places = [
      { workspace, page: "home" },
      { workspace, page: "keys" },
      { workspace, page: "object", object: "o" },
      { workspace, page: "object", object: "o", item: "i" },
    ];
    for (const place of places) expect(placeOf(address(place))).toEqual(place);
  });

  test("that name no workspace or no page are of none, or of the workspace's home", () => {
    for (const path of ["/", "/w", "/w/nonsense", "/w/nonsense/o/x", "/elsewhere"]) {
      expect(placeOf(path)).toBeUndefined();
    }
    expect(placeOf(`/w/${workspace}/nonsense`)).toEqual({ workspace, page: "home" });
    expect(placeOf(`/w/${workspace}/o`)).toEqual({ workspace, page: "home" });
  });
});
