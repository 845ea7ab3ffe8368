import { expect, it, vi } from "vitest";

vi.mock("./changes", () => ({}));
vi.mock("../../api/change", () => ({}));
vi.mock("../../api/queries", () => ({}));
vi.mock("../../design/overlays/toasts", () => ({}));
vi.mock("../../text/desk", () => ({}));

const { ratingOf } = await import("./rating");

const press = (key: string, code: string, held: Partial<KeyboardEvent> = {}) =>
  ratingOf({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

it.each([
  ["1", "Digit1", 1],
  ["5", "Numpad5", 5],
  ["0", "Digit0", null],
  ["6", "Digit6", undefined],
  ["a", "KeyA", undefined],
  // A French keyboard, without and with Shift.
  ["&", "Digit1", 1],
  ["à", "Digit0", null],
  // An Arabic keyboard.
  ["٣", "Digit3", 3],
  // The numeric keypad without Num Lock.
  ["End", "Numpad1", undefined],
])("%s at %s rates %s", (key, code, rating) => {
  expect(press(key, code)).toBe(rating);
});

it("takes a digit with Shift, but no character above a digit", () => {
  expect(press("1", "Digit1", { shiftKey: true })).toBe(1);
  expect(press("!", "Digit1", { shiftKey: true })).toBeUndefined();
});

it("leaves the browser its shortcuts", () => {
  expect(press("0", "Digit0", { ctrlKey: true })).toBeUndefined();
  expect(press("1", "Digit1", { metaKey: true })).toBeUndefined();
  expect(press("1", "Digit1", { altKey: true })).toBeUndefined();
});
