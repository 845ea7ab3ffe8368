import { expect, it } from "vitest";
import { blocks, bulkRequests } from "./bulk";

const ids = Array.from({ length: 2001 }, (_, index) => `id${index + 1}`);

it("splits ids into blocks of at most 1,000, in their order", () => {
  expect(blocks(ids).map((part) => [part.length, part[0], part.at(-1)])).toEqual([
    [1000, "id1", "id1000"],
    [1000, "id1001", "id2000"],
    [1, "id2001", "id2001"],
  ]);
  expect(blocks([])).toEqual([]);
});

it("continues the numbers in titles in the next request", () => {
  expect(bulkRequests({ action: "edit", title: "Harbour {n}" }, ids).map(({ firstNumber }) => firstNumber)).toEqual([
    undefined,
    1001,
    2001,
  ]);
});

it("sends no number without a title", () => {
  const isNumbered = (body: Parameters<typeof bulkRequests>[0]) =>
    bulkRequests(body, ids).some((request) => "firstNumber" in request);
  expect(isNumbered({ action: "delete" })).toBe(false);
  expect(isNumbered({ action: "edit", title: "", addTags: ["sea"] })).toBe(false);
  expect(isNumbered({ action: "edit", title: "Harbour" })).toBe(true);
});
