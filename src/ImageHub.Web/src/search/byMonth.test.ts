import { expect, test } from "vitest";
import type { Photograph } from "../api/client";
import { byMonth, endOf } from "./byMonth";

const photo = (id: string, day: string) => ({ id, day }) as unknown as Photograph;
const [a, b, c, d] = [
  photo("a", "2026-07-31"),
  photo("b", "2026-07-01"),
  photo("c", "2026-06-30"),
  photo("d", "2026-06-01"),
];

test("a month starts at its first photo and continues on the next page", () => {
  const months = byMonth([{ items: [a, b, c] }, { items: [d] }]);
  expect(
    months.map(({ month, pages }) => [month, ...pages.map(({ items }) => items.map(({ id }) => id).join(""))]),
  ).toEqual([
    ["2026-07", "ab"],
    ["2026-06", "c", "d"],
  ]);
});

test("unchanged parts keep their identity when another page is added", () => {
  const before = byMonth([{ items: [a, b, c] }]);
  const after = byMonth([{ items: [a, b, c] }, { items: [d] }], before);
  expect(after[0]?.pages[0]).toBe(before[0]?.pages[0]);
  expect(after[1]?.pages[0]).toBe(before[1]?.pages[0]);
});

test("a part with a changed photo is made again", () => {
  const photos = [a, photo("e", "2026-07-15"), b];
  const changed = photo("e", "2026-07-15");
  const [july] = byMonth([{ items: [a, changed, b] }], byMonth([{ items: photos }]));
  expect(july?.pages[0]?.items[1]).toBe(changed);
});

test("the end of a month is the first day of the next month", () => {
  expect(endOf("2026-07")).toBe("2026-08-01");
  expect(endOf("2026-12")).toBe("2027-01-01");
  expect(endOf("0999-12")).toBe("1000-01-01");
});
