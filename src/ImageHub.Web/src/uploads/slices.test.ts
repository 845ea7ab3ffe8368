import { expect, test } from "vitest";
import { fits, roomOf } from "./slices";

test("Two thousand small files are one slice, and a large drop is few", () => {
  expect(roomOf(0, false)).toEqual({ files: 2_000, bytes: 64_000_000 });
  // 3,000 photos of 8 MB.
  let bytes = 0;
  let slices = 0;
  while (bytes < 24_000_000_000) bytes += roomOf(slices++, false).bytes;
  expect(slices).toBe(9);
});

test("No slice is larger than an announcement may be", () => {
  expect(roomOf(50, false).files).toBe(10_000);
});

test("What lies in memory stays with small slices", () => {
  expect(roomOf(7, true)).toEqual({ files: 50, bytes: 64_000_000 });
});

test("A file of any size fits into an empty slice, and into no other without room", () => {
  const room = { files: 2, bytes: 100 };
  expect(fits({ ids: [], bytes: 0 }, room, 1_000)).toBe(true);
  expect(fits({ ids: [1], bytes: 60 }, room, 40)).toBe(true);
  expect(fits({ ids: [1], bytes: 60 }, room, 41)).toBe(false);
  expect(fits({ ids: [1, 2], bytes: 2 }, room, 1)).toBe(false);
});
