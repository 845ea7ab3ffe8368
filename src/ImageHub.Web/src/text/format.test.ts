import { expect, it, vi } from "vitest";
import { en } from "./en";
import { bytes, cameraTime, days, duration } from "./format";

vi.mock("./locale", () => ({ locale: "en-US", language: { get: () => "en" } }));

it.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [12_345_678, "12,345,678"],
])("the whole number %i is written as %s", (value, expected) => {
  expect(en.common.count(value)).toBe(expected);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [3_449_000, "3.4 MB"],
  [999_949, "999.9 kB"],
  [999_960, "1 MB"],
  [2e15, "2,000 TB"],
])("%i bytes are written as %s", (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

it.each([
  [0.2, "1 sec"],
  [59, "59 sec"],
  [59.6, "1 min"],
  [90, "2 min"],
  [7500, "2 hr 5 min"],
])("%d seconds are written as %s", (value, expected) => {
  expect(duration(value)).toBe(expected);
});

it.each([["2024-07-01T12:30:00"], ["2024-07-01T12:30:00+02:00"], ["2024-07-01T12:30:00Z"]])(
  "shows the camera's own time for %s",
  (taken) => {
    expect(cameraTime(taken)).toBe("Jul 1, 2024, 12:30 PM");
  },
);

it.each([
  ["2026-07-01", "2026-07-01", "July 1, 2026"],
  ["2026-07-01", "2026-07-03", "July 1 – 3, 2026"],
  ["2025-12-31", "2026-01-02", "December 31, 2025 – January 2, 2026"],
])("the days from %s to %s are written as %s", (first, last, expected) => {
  expect(days(first, last).replace(/\s/g, " ")).toBe(expected);
});
