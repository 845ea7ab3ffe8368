import { expect, it } from "vitest";
import { matchIn } from "./matchIn";

it.each([
  ["Harbour at dawn", "harb", "Harb"],
  ["Old HARBOUR", "harbour", "HARBOUR"],
  ["Café au lait", "cafe", "Café"],
  ["Cafe\u0301 au lait", "café", "Cafe\u0301"],
  ["Cafe au lait", "café", "Cafe"],
  ["\u{1F3D4} Ålesund \u{1F3D4}", "ale", "Åle"],
  ["\u{1F3D4} Ålesund \u{1F3D4}", "\u{1F3D4}", "\u{1F3D4}"],
  ["الصُّورة", "الصورة", "الصُّورة"],
  ["waterhole", "hole", "hole"],
  ["ΟΔΟΣ", "οδός", "ΟΔΟΣ"],
  ["οδός", "ΟΔΟΣ", "οδός"],
])("in “%s”, the term “%s” matches “%s”", (text, term, expected) => {
  const [from, to] = matchIn(text, term) ?? [0, 0];
  expect(text.slice(from, to)).toBe(expected);
});

it.each([
  ["Harbour", "boat"],
  ["Harbour", "harbours"],
  ["", "a"],
  ["Harbour", ""],
  ["Harbour", "\u0301"],
])("“%s” does not contain the term “%s”", (text, term) => {
  expect(matchIn(text, term)).toBeUndefined();
});
