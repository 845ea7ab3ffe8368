import { expect, test } from "vitest";
import { fits, jsonBytesOf, roomOf } from "./slices";

test("2,000 small files form one slice, and a large drop forms few slices", () => {
  expect(roomOf(0, false)).toEqual({ files: 2_000, bytes: 64_000_000 });
  // 3,000 photos of 8 MB.
  let bytes = 0;
  let slices = 0;
  while (bytes < 24_000_000_000) bytes += roomOf(slices++, false).bytes;
  expect(slices).toBe(9);
});

test("No slice exceeds the limit of an announcement", () => {
  expect(roomOf(50, false).files).toBe(10_000);
});

test("Slices of files in memory stay small", () => {
  expect(roomOf(7, true)).toEqual({ files: 50, bytes: 64_000_000 });
});

test("A file of any size fits into an empty slice, but not into a full slice", () => {
  const room = { files: 2, bytes: 100 };
  expect(fits({ ids: [], bytes: 0, jsonBytes: 0 }, room, 1_000, 9_000_000)).toBe(true);
  expect(fits({ ids: [1], bytes: 60, jsonBytes: 200 }, room, 40, 200)).toBe(true);
  expect(fits({ ids: [1], bytes: 60, jsonBytes: 200 }, room, 41, 200)).toBe(false);
  expect(fits({ ids: [1, 2], bytes: 2, jsonBytes: 200 }, room, 1, 200)).toBe(false);
});

test.each([
  ["é", 255],
  ["写", 255],
  ["😀", 127],
  ["\u0001", 255],
])("Files with long names of %j form slices that the server accepts", (letter, times) => {
  const name = letter.repeat(times);
  const slice = { ids: [] as number[], bytes: 0, jsonBytes: 0 };
  while (fits(slice, roomOf(9, false), 1, jsonBytesOf(name))) {
    slice.ids.push(slice.ids.length);
    slice.jsonBytes += jsonBytesOf(name);
  }
  const files = slice.ids.map(() => ({ fileName: name, bytes: 9_999_999_999, sha256: "f".repeat(64) }));
  const body = new TextEncoder().encode(JSON.stringify({ groupId: "g".repeat(36), files }));
  expect(slice.ids.length).toBeGreaterThan(1_000);
  expect(body.length).toBeLessThan(2_100_000);
});
