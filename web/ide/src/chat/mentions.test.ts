import { expect, it } from "vitest";

import { candidates, mentionAt, mentionsIn, pieces } from "./mentions.ts";

const members = [
  { user: "ana", name: "Ana" },
  { user: "anal", name: "Ana Lopez" },
  { user: "ben", name: "Ben Ó Briain" },
  { user: "zoe", name: "Zoë" },
];

it("finds whole names, the longest first, and first names", () => {
  expect(mentionsIn("@Ana Lopez, look", members)).toEqual(["anal"]);
  expect(mentionsIn("@ana: look", members)).toEqual(["ana"]);
  expect(mentionsIn("thanks @ben and (@ZOË)!", members)).toEqual(["ben", "zoe"]);
  expect(mentionsIn("@Ben @Ben Ó Briain", members)).toEqual(["ben"]);
});

it("takes no mail address, no longer word and no stranger for a mention", () => {
  for (const text of ["mail me at x@ana", "@Anatol", "@", "@ ana", "@dora"]) {
    expect(mentionsIn(text, members), text).toEqual([]);
  }
});

it("names all who share a first name if nobody is named by it alone", () => {
  const two = [
    { user: "b1", name: "Ben A" },
    { user: "b2", name: "Ben B" },
  ];
  expect(mentionsIn("@Ben", two)).toEqual(["b1", "b2"]);
});

it("loses nothing of a line when it takes it apart", () => {
  for (const text of ["", "@Ana@Ben", "a @Ana Lopez b\n@Zoë", "<b>@Ana</b>", "@@Ana"]) {
    expect(
      pieces(text, members)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  }
});

it("knows what is being typed after an @, and whom it may mean", () => {
  expect(mentionAt("hello @", 7)).toBe("");
  expect(mentionAt("hello @Ana Lo", 13)).toBe("Ana Lo");
  expect(mentionAt("x@a", 3)).toBeUndefined();
  expect(candidates("lo", members).map((one) => one.user)).toEqual(["anal"]);
  expect(candidates("", members)).toHaveLength(4);
  expect(candidates("hello there", members)).toEqual([]);
});
