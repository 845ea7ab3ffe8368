import { expect, test, vi } from "vitest";
import { exposureOf } from "./exposure";

vi.mock("../../text/locale", () => ({ locale: "en-US", language: { get: () => "en" } }));

const nothing = { focalLengthMm: null, fNumber: null, seconds: null, iso: null };

test("an exposure is written in photographers' notation", () => {
  expect(exposureOf({ focalLengthMm: 35, fNumber: 5.6, seconds: 0.004, iso: 100 })).toBe(
    "35 mm · f/5.6 · 1/250 s · ISO 100",
  );
});

test("values that are not recorded are omitted", () => {
  expect(exposureOf(nothing)).toBe("");
  expect(exposureOf({ ...nothing, iso: 25600 })).toBe("ISO 25600");
  expect(exposureOf({ ...nothing, fNumber: 4, seconds: 1 / 60 })).toBe("f/4 · 1/60 s");
});

test.each([
  [1 / 8000, "1/8000 s"],
  [0.25, "1/4 s"],
  [1 / 3, "0.3 s"],
  [0.5, "0.5 s"],
  [1, "1 s"],
  [2.5, "2.5 s"],
  [1200, "1200 s"],
])("an exposure of %d seconds is written as %s", (seconds, said) => {
  expect(exposureOf({ ...nothing, seconds })).toBe(said);
});
