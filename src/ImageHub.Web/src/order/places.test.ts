import { describe, expect, it } from "vitest";
import { atPosition, beside, inOrder, moved, placesOf } from "./places";

const list = (ids: string) => [...ids].map((id) => ({ id }));
const after = (ids: string, place: { ids: string[]; after: string | null }) =>
  moved(list(ids), place)
    .map(({ id }) => id)
    .join("");

describe("moved", () => {
  it.each([
    ["abcde", ["d"], null, "dabce"],
    ["abcde", ["a"], "e", "bcdea"],
    ["abcde", ["e", "a"], "b", "beacd"],
    ["abcde", ["b", "c"], "a", "abcde"],
    // The server rejects an unknown item, and the list does not change.
    ["abc", ["x"], "a", "abc"],
  ])("in %s, moving %s after %s gives %s", (ids, block, behind, expected) => {
    expect(after(ids, { ids: block, after: behind })).toBe(expected);
  });
});

describe("atPosition", () => {
  it.each([
    [1, "dabce"],
    [2, "adbce"],
    [5, "abced"],
    [99, "abced"],
  ])("moves an item to position %i", (position, expected) => {
    expect(after("abcde", atPosition(list("abcde"), ["d"], position))).toBe(expected);
  });
});

describe("beside", () => {
  it.each([
    [["a"], "d", "before", "bcade"],
    [["a"], "d", "after", "bcdae"],
    [["d"], "a", "before", "dabce"],
    [["b", "d"], "e", "after", "acebd"],
    [["b", "d"], "c", "before", "abdce"],
    // The block is dropped beside one of its items.
    [["b", "d"], "d", "before", "acbde"],
    [["b", "d"], "b", "after", "abdce"],
  ] as const)("moving %s beside %s (%s) gives %s", (ids, target, side, expected) => {
    expect(after("abcde", beside(list("abcde"), [...ids], target, side))).toBe(expected);
  });
});

describe("placesOf", () => {
  it.each([["ab"], ["ace"], ["bcd"], ["e"], ["abcde"]])("restores the original positions of %s", (chosen) => {
    const before = list("abcde");
    let now = moved(before, { ids: [...chosen].reverse(), after: null });
    for (const place of placesOf(before, [...chosen])) now = moved(now, place);
    expect(now).toEqual(before);
  });
});

it("returns chosen items in the order of the list", () => {
  expect(inOrder(list("abcde"), ["e", "a", "c"])).toEqual(["a", "c", "e"]);
});
