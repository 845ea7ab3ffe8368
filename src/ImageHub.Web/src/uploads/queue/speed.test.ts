import { expect, test } from "vitest";
import { SpeedEstimate } from "./speed";

test("There is no estimate without enough samples", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(500, 500, 1000);
  expect(pace.speed).toBeNull();
  expect(pace.left(1000)).toBeNull();
});

test("The speed uses sent bytes, and the remaining time uses settled bytes", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(4000, 8000, 2000);
  expect(pace.speed).toBe(2000);
  expect(pace.left(8000)).toBe(2);
});

test("The speed follows a change within the sampled seconds", () => {
  const pace = new SpeedEstimate(10);
  for (let second = 0; second <= 20; second++) pace.note(second * 1000, second * 1000, second * 1000);
  for (let second = 21; second <= 31; second++) pace.note(20_000 + (second - 20) * 100, 0, second * 1000);
  expect(pace.speed).toBeCloseTo(100);
});

test("There is no remaining time while nothing is settled", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(0, 0, 5000);
  expect(pace.left(1)).toBeNull();
});

test("A restart discards earlier samples", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(4000, 4000, 2000);
  pace.restart();
  expect(pace.speed).toBeNull();
});
