import { expect, test } from "vitest";
import { SpeedEstimate } from "./speed";

test("It tells nothing before there is enough to go by", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(500, 500, 1000);
  expect(pace.speed).toBeNull();
  expect(pace.left(1000)).toBeNull();
});

test("Speed is what is on the wire, time left goes by what is dealt with", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(4000, 8000, 2000);
  expect(pace.speed).toBe(2000);
  expect(pace.left(8000)).toBe(2);
});

test("It follows a change within its seconds", () => {
  const pace = new SpeedEstimate(10);
  for (let second = 0; second <= 20; second++) pace.note(second * 1000, second * 1000, second * 1000);
  for (let second = 21; second <= 31; second++) pace.note(20_000 + (second - 20) * 100, 0, second * 1000);
  expect(pace.speed).toBeCloseTo(100);
});

test("While nothing moves nobody can tell how long it takes", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(0, 0, 5000);
  expect(pace.left(1)).toBeNull();
});

test("What was before a pause says nothing", () => {
  const pace = new SpeedEstimate();
  pace.note(0, 0, 0);
  pace.note(4000, 4000, 2000);
  pace.restart();
  expect(pace.speed).toBeNull();
});
