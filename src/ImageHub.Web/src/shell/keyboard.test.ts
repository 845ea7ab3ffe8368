import { expect, it } from "vitest";
import { keyOf } from "./keyboard";

it.each([
  ["a", "KeyQ", "a"],
  ["A", "KeyA", "a"],
  ["ش", "KeyA", "a"],
  ["А", "KeyF", "f"],
  ["؟", "Slash", "?"],
  ["ö", "Semicolon", "ö"],
  ["1", "Digit1", "1"],
  ["ArrowLeft", "ArrowLeft", "ArrowLeft"],
  [" ", "Space", " "],
])("the key %s at position %s is named %s", (key, code, name) => {
  expect(keyOf({ key, code })).toBe(name);
});
