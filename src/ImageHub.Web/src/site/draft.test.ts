import { expect, test } from "vitest";
import { changedElsewhere, type Draft, withEdits, withoutSaved } from "./draft";
import type { Site } from "./site";

const saved = {
  title: "Harbour",
  introduction: null,
  email: null,
  footer: [{ label: "Imprint", url: "https://example.com/imprint" }],
} as unknown as Site;
const none: Draft = { edited: {}, replaced: {} };
const privacy = { label: "Privacy", url: "https://example.com/privacy" };

test("a field that has its former value again is not edited", () => {
  const typed = withEdits(none, saved, { title: "Harbours", introduction: "Boats" });
  expect(typed.edited).toEqual({ title: "Harbours", introduction: "Boats" });
  expect(withEdits(typed, saved, { title: "Harbour", introduction: "" })).toEqual(none);
});

test("an empty link is an edit that changes nothing elsewhere", () => {
  const added = withEdits(none, saved, { footer: [...saved.footer, { label: "", url: "" }] });
  expect(added.edited.footer).toHaveLength(2);
  expect(changedElsewhere(added, { ...saved, footer: [privacy] })).toEqual(["footer"]);
  expect(changedElsewhere(added, saved)).toEqual([]);
});

test("only edited fields with another value than the one changed elsewhere would replace it", () => {
  const edited = withEdits(none, saved, { title: "Port", footer: [privacy] });
  expect(changedElsewhere(edited, { ...saved, introduction: "Boats" })).toEqual([]);
  expect(changedElsewhere(edited, { ...saved, title: "Port", footer: [] })).toEqual(["footer"]);
});

test("fields that are edited during a save stay edited, on the base of what was saved", () => {
  const sent = withEdits(none, saved, { title: "Port" });
  const later = withEdits(sent, saved, { title: "Port of call", introduction: "Boats" });
  const answer = { ...saved, title: "Port" };
  const rest = withoutSaved(later, sent.edited, answer);
  expect(rest).toEqual({
    edited: { title: "Port of call", introduction: "Boats" },
    replaced: { title: "Port", introduction: null },
  });
  expect(withoutSaved(sent, sent.edited, answer)).toEqual(none);
  expect(changedElsewhere(rest, { ...answer, title: "Quay" })).toEqual(["title"]);
});
