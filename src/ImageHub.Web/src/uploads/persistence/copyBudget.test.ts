import { expect, test } from "vitest";
import { CopyBudget, copyDelay } from "./copyBudget";

const most = { copies: 20, bytes: 1_000 };
const file = new File([], "a.jpg");
const take = (copies: CopyBudget, room: number) => copies.take(room, most, copyDelay).map(([key]) => key);

test("A few files are copied at a time", () => {
  const copies = new CopyBudget();
  for (const key of "abc") copies.want(key, file, 500, 0);
  expect(take(copies, 10_000)).toEqual(["c", "b"]);
  expect(take(copies, 10_000)).toEqual(["a"]);
  expect(take(copies, 10_000)).toEqual([]);
});

test("A file is copied only after a delay", () => {
  const copies = new CopyBudget();
  copies.want("old", file, 10, 1_000);
  copies.want("new", file, 10, 2_000);
  copies.want("old", file, 10, 3_000);
  const at = (now: number) => copies.take(100, most, now).map(([key]) => key);
  expect(at(1_999)).toEqual([]);
  expect(at(2_000)).toEqual(["old"]);
  expect(at(3_000)).toEqual(["new"]);
});

test("A file that exceeds the limit waits until another file is finished", () => {
  const copies = new CopyBudget();
  copies.want("a", file, 60, 0);
  copies.want("b", file, 60, 0);
  copies.want("c", file, 40, 0);
  expect(take(copies, 100)).toEqual(["c", "b"]);
  expect(take(copies, 100)).toEqual([]);
  copies.forget("b");
  expect(copies.bytes).toBe(40);
  expect(take(copies, 100)).toEqual(["a"]);
  expect(copies.bytes).toBe(100);
});

test("Finished files free their space for later files", () => {
  const copies = new CopyBudget();
  for (let number = 0; number < 1_000; number++) {
    copies.want(String(number), file, 90, 0);
    expect(take(copies, 100)).toEqual([String(number)]);
    copies.forget(String(number));
  }
  expect(copies.bytes).toBe(0);
});

test("Copies that another page has made count towards the limit", () => {
  const copies = new CopyBudget();
  copies.add("old", 60);
  copies.want("old", file, 60, 0);
  copies.want("new", file, 60, 0);
  expect(take(copies, 100)).toEqual([]);
  copies.forget("old");
  expect(take(copies, 100)).toEqual(["new"]);
});

test("Files that are too large or forgotten are not copied", () => {
  const copies = new CopyBudget();
  copies.want("large", file, 100_000_001, 0);
  copies.want("gone", file, 10, 0);
  copies.forget("gone");
  expect(take(copies, 1_000_000_000)).toEqual([]);
});
