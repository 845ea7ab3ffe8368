import { expect, it } from "vitest";
import { focusAfter, focusAt, isSameFocus, percentOf } from "./focusPoint";

const box = { left: 100, top: 50, width: 400, height: 200 };
const press = (key: string, shiftKey = false) => ({ key, shiftKey });

it("finds the focus point under the pointer in whole percents", () =>
  expect(focusAt(box, { clientX: 261, clientY: 100 })).toEqual({ x: 0.4, y: 0.25 }));

it("keeps the focus point within the photo", () => {
  expect(focusAt(box, { clientX: 0, clientY: 900 })).toEqual({ x: 0, y: 1 });
  expect(focusAfter({ x: 0.02, y: 1 }, press("ArrowLeft"))).toEqual({ x: 0, y: 1 });
  expect(focusAfter({ x: 0, y: 1 }, press("ArrowDown"))).toEqual({ x: 0, y: 1 });
});

it("moves by 5 % with an arrow key and by 1 % with Shift", () => {
  expect(focusAfter(null, press("ArrowLeft"))).toEqual({ x: 0.45, y: 0.5 });
  expect(focusAfter({ x: 0.45, y: 0.5 }, press("ArrowUp", true))).toEqual({ x: 0.45, y: 0.49 });
  expect(focusAfter({ x: 0.3, y: 0.1 }, press("ArrowRight"))).toEqual({ x: 0.35, y: 0.1 });
});

it("returns to the centre by Home, Delete and the arrow keys", () => {
  expect(focusAfter({ x: 0.1, y: 0.1 }, press("Home"))).toBeNull();
  expect(focusAfter({ x: 0.1, y: 0.1 }, press("Delete"))).toBeNull();
  expect(focusAfter({ x: 0.45, y: 0.5 }, press("ArrowRight"))).toBeNull();
  expect(focusAt(box, { clientX: 300, clientY: 150 })).toBeNull();
});

it("ignores other keys", () => expect(focusAfter(null, press("a"))).toBeUndefined());

it("compares a centre that is stored as a point with no focus point", () => {
  expect(isSameFocus({ x: 0.5, y: 0.5 }, null)).toBe(true);
  expect(isSameFocus({ x: 0.5, y: 0.45 }, null)).toBe(false);
});

it("shows a focus point in percent", () => {
  expect(percentOf({ x: 0.29, y: 1 })).toEqual({ x: 29, y: 100 });
  expect(percentOf(null)).toEqual({ x: 50, y: 50 });
});
