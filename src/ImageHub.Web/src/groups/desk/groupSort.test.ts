import { expect, it } from "vitest";
import type { Group } from "../../api/client";
import { pressed, type Sort, sorted } from "./groupSort";

const group = (title: string, imageCount: number, bytes: number, updatedAt: string, isPublished: boolean) =>
  ({ title, imageCount, bytes, updatedAt, isPublished, links: imageCount }) as Group;

const groups = [
  group("b 10", 1, 30, "2026-05-01T10:00:00Z", true),
  group("a", 3, 10, "2026-05-03T10:00:00Z", false),
  group("B 9", 2, 20, "2026-05-02T10:00:00.5Z", true),
];

it.each([
  ["order", false, "b 10,a,B 9"],
  ["title", false, "a,B 9,b 10"],
  ["title", true, "b 10,B 9,a"],
  ["imageCount", true, "a,B 9,b 10"],
  ["bytes", false, "a,B 9,b 10"],
  ["updatedAt", true, "a,B 9,b 10"],
  ["isPublished", true, "b 10,B 9,a"],
  ["links", false, "b 10,B 9,a"],
] as const)("sorts by %s, descending: %s", (key, descending, expected) =>
  expect(
    sorted(groups, { key, descending }, "en")
      .map(({ title }) => title)
      .join(),
  ).toBe(expected),
);

it("sorts numbers descending and titles ascending at first, and reverses a column at the second press", () => {
  const order: Sort = { key: "order", descending: false };
  expect(pressed(order, "bytes")).toEqual({ key: "bytes", descending: true });
  expect(pressed(pressed(order, "bytes"), "bytes")).toEqual({ key: "bytes", descending: false });
  expect(pressed(order, "title")).toEqual({ key: "title", descending: false });
  expect(pressed({ key: "title", descending: true }, "order")).toEqual(order);
});
