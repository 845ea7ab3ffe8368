import { expect, it } from "vitest";
import { changeItems, itemsOf } from "./pages";

const pages = (...contents: string[]) => ({
  pageParams: contents.map((_, index) => index),
  pages: contents.map((content) => ({ items: [...content], nextCursor: content })),
});

it.each([
  ["takes one away", (items: string[]) => items.filter((item) => item !== "b"), ["ac", "de", ""]],
  ["reverses", (items: string[]) => items.toReversed(), ["ed", "cb", "a"]],
  ["adds one", (items: string[]) => [...items, "f"], ["ab", "cd", "ef"]],
])("%s", (_, change, expected) => {
  const changed = changeItems(change)(pages("ab", "cd", "e"));
  expect(changed.pages.map(({ items }) => items.join(""))).toEqual(expected);
  expect(itemsOf(changed).join("")).toBe(expected.join(""));
});
