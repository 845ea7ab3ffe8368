import { expect, it, vi } from "vitest";
import { expiryText } from "./expiryText";

vi.mock("../text/locale", () => ({ locale: "en-GB" }));

it.each([
  ["2026-12-22T20:47:00", "22 December"],
  ["2027-01-02T20:47:00", "2 January 2027"],
  ["2026-11-24T10:00:00", "24 November"],
  ["2026-11-24T09:59:00", "24 November at 9:59"],
  ["2026-11-23T12:05:00", "23 November at 12:05"],
])("at ten on 23 November a link that expires at %s is available until %s", (end, expected) => {
  expect(expiryText(end, new Date("2026-11-23T10:00:00"))).toBe(expected);
});
