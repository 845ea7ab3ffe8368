import { expect, it } from "vitest";
import { type Picked, toggled } from "./picked";

const order = ["a", "b", "c", "d", "e"];
const of = (ids: string, last?: string): Picked => ({ all: false, ids: new Set(ids), last });
const idsOf = ({ ids }: Picked) => [...ids].sort().join("");

it("selects and deselects one photo", () => {
  const one = toggled(of(""), "b", order, false);
  expect(idsOf(one)).toBe("b");
  expect(idsOf(toggled(one, "b", order, false))).toBe("");
});

it.each([
  ["selects forwards", of("b", "b"), "d", "bcd"],
  ["selects backwards", of("d", "d"), "b", "bcd"],
  ["selects one photo without a start", of(""), "c", "c"],
  ["selects one photo if the start is gone", of("b", "x"), "d", "bd"],
  ["deselects selected photos", of("abcde", "b"), "d", "ae"],
])("a range %s", (_, before, to, expected) => {
  expect(idsOf(toggled(before, to, order, true))).toBe(expected);
});

it("keeps the other photos selected when one of all photos is deselected", () => {
  const rest = toggled({ all: true, ids: new Set() }, "c", order, false);
  expect(rest.all).toBe(false);
  expect(idsOf(rest)).toBe("abde");
});
