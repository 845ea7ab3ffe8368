import { expect, it } from "vitest";
import { numberedTitles, tagsIn } from "./numberedTitles";

it("replaces each {n} in a title with the image's number, from 1", () => {
  expect(numberedTitles("{n}. Harbour, {n} of 2", 2)).toEqual(["1. Harbour, 1 of 2", "2. Harbour, 2 of 2"]);
  expect(numberedTitles("Harbour", 2)).toEqual(["Harbour", "Harbour"]);
});

it("reads tags between commas", () => expect(tagsIn(" sea,, old harbour , ", [])).toEqual(["sea", "old harbour"]));

it("keeps known tags that contain commas", () => {
  expect(tagsIn("sea, Smith, John, Smith,Jane, harbour", ["Smith, John", "harbour", "Smith,Jane"])).toEqual([
    "sea",
    "Smith, John",
    "Smith,Jane",
    "harbour",
  ]);
  expect(tagsIn("Smith, sea", ["Smith, John"])).toEqual(["Smith", "sea"]);
});
