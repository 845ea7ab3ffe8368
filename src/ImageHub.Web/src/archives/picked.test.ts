import { expect, it } from "vitest";
import { type Picked, toggled } from "./picked";

const order = ["a", "b", "c", "d", "e"];
const of = (ids: string, last?: string): Picked => ({ all: false, ids: new Set(ids), last });
const idsOf = ({ ids }: Picked) => [...ids].sort().join("");

it("selects one photo, and takes it away", () => {
  const one = toggled(of(""), "b", order, false);
  expect(idsOf(one)).toBe("b");
  expect(idsOf(toggled(one, "b", order, false))).toBe("");
});

it.each([
  ["forwards", of("b", "b"), "d", "bcd"],
  ["backwards", of("d", "d"), "b", "bcd"],
  ["without a beginning", of(""), "c", "c"],
  ["from one that is gone", of("b", "x"), "d", "bd"],
  ["away", of("abcde", "b"), "d", "ae"],
])("selects a range %s", (_, before, to, expected) => {
  expect(idsOf(toggled(before, to, order, true))).toBe(expected);
});

it("has all but one after one of all was taken away", () => {
  const rest = toggled({ all: true, ids: new Set() }, "c", order, false);
  expect(rest.all).toBe(false);
  expect(idsOf(rest)).toBe("abde");
});
