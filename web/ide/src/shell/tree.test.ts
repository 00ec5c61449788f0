import type { ObjectHeadDoc } from "@baton/sdk";
import { expect, it } from "vitest";

import { buildTree, folderOf, lastSegment } from "./tree.ts";

const head = (id: string, kind: string, name: string, group?: string): ObjectHeadDoc => ({
  id,
  kind,
  name,
  revision: 1,
  changes: 0,
  ...(group === undefined ? {} : { group }),
});

const ALL = [
  head("t", "table", "accounts"),
  head("f", "function", "Discord/PollSendToSlack"),
  head("h", "function", "plain"),
  head("g", "api_group", "orders"),
  head("e", "endpoint", "create", "g"),
  head("o", "endpoint", "loose"),
];

it("puts endpoints under their group and functions under their folder", () => {
  const tree = buildTree(ALL).map((kind) => [
    kind.title,
    kind.folders.map((folder) => [folder.path, folder.objects.map((one) => one.name)]),
  ]);
  expect(tree).toEqual([
    [
      "APIs",
      [
        ["default", ["loose"]],
        ["orders", ["orders", "create"]],
      ],
    ],
    [
      "Functions",
      [
        ["", ["plain"]],
        ["Discord", ["Discord/PollSendToSlack"]],
      ],
    ],
    ["Database", [["", ["accounts"]]]],
  ]);
});

it("finds by every word of the search, in name, folder and kind", () => {
  const found = (search: string) =>
    buildTree(ALL, search).flatMap((kind) =>
      kind.folders.flatMap((folder) => folder.objects.map((one) => one.id)),
    );
  expect(found("discord SLACK")).toEqual(["f"]);
  expect(found("orders create")).toEqual(["e"]);
  expect(found("table")).toEqual(["t"]);
  expect(found("nothing of that")).toEqual([]);
});

it("splits names", () => {
  expect([lastSegment("a/b/c"), lastSegment("plain"), lastSegment("odd/")]).toEqual(["c", "plain", "odd/"]);
  expect([folderOf("a/b/c"), folderOf("plain"), folderOf("/x")]).toEqual(["a/b", "", ""]);
});
