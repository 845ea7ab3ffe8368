import { expect, it } from "vitest";
import { changeItems, itemsOf } from "./pages";

const pages = (...contents: string[]) => ({
  pageParams: contents.map((_, index) => index),
  pages: contents.map((content) => ({ items: [...content], nextCursor: content })),
});

it.each([
  ["removes an item", (items: string[]) => items.filter((item) => item !== "b"), ["ac", "de", ""]],
  ["reverses the list", (items: string[]) => items.toReversed(), ["ed", "cb", "a"]],
  ["adds an item", (items: string[]) => [...items, "f"], ["ab", "cd", "ef"]],
])("applies a change that %s across all pages", (_, change, expected) => {
  const changed = changeItems(change)(pages("ab", "cd", "e"));
  expect(changed.pages.map(({ items }) => items.join(""))).toEqual(expected);
  expect(itemsOf(changed).join("")).toBe(expected.join(""));
});
