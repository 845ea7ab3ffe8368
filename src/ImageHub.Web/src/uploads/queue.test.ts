import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { en } from "../text/en";
import type { Outcome } from "./outcome";
import { UploadQueue } from "./queue";

vi.mock("../text", () => ({ text: en }));
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const target = { groupId: "g", groupTitle: "Group" };

/** A queue whose files are answered by hand; `sent`: the names in the order they were sent. */
function queue(known: string[] = []) {
  const sent: string[] = [];
  const open = new Map<string, (outcome: Outcome) => void>();
  const ended: string[] = [];
  let hasSession = true;
  const made = new UploadQueue({
    prepare: async ({ file }) =>
      known.includes(file.name) ? { kind: "duplicate" } : { blob: file, fileName: file.name },
    send: ({ file }, _, progress, signal) => {
      sent.push(file.name);
      progress(0.5);
      return new Promise((resolve, reject) => {
        open.set(file.name, resolve);
        signal.addEventListener("abort", () => {
          ended.push(file.name);
          reject(signal.reason);
        });
      });
    },
    session: async () => hasSession,
    isReachable: async () => true,
    uploaded: () => {},
    complete: async () => {},
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    made,
    sent,
    ended,
    settle,
    endSession: () => {
      hasSession = false;
    },
    beginSession: () => {
      hasSession = true;
    },
    async add(...names: string[]) {
      made.add(
        names.map((name) => ({ file: new File([name], name, { type: "image/jpeg" }), folder: "" })),
        target,
        null,
      );
      await settle();
    },
    async answer(name: string, outcome: Outcome = { kind: "done", imageId: name }) {
      open.get(name)?.(outcome);
      await settle();
    },
    async look() {
      await vi.advanceTimersByTimeAsync(150);
      return Object.fromEntries(made.snapshot.get().rows.map((row) => [row.file.name, row.status]));
    },
  };
}

test("A few are sent at once, in their order", async () => {
  const { add, answer, sent } = queue();
  await add("a", "b", "c", "d", "e");
  expect(sent).toEqual(["a", "b", "c"]);
  await answer("b");
  expect(sent).toEqual(["a", "b", "c", "d"]);
});

test("What the group has already is not sent", async () => {
  const { add, sent, look } = queue(["a", "b"]);
  await add("a", "b", "c");
  expect(sent).toEqual(["c"]);
  expect(await look()).toEqual({ a: "duplicate", b: "duplicate", c: "sending" });
});

test("A pause lets what is under way arrive, and starts nothing", async () => {
  const { made, add, answer, sent, look } = queue();
  await add("a", "b", "c", "d", "e");
  made.pause();
  await answer("a");
  await answer("b");
  expect(sent).toEqual(["a", "b", "c"]);
  expect(await look()).toMatchObject({ a: "done", c: "sending", d: "queued" });
  made.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["a", "b", "c", "d", "e"]);
});

test("Cancelling stops what is under way and forgets what waits", async () => {
  const { made, add, answer, ended, look } = queue();
  await add("a", "b", "c", "d", "e");
  await answer("a");
  made.cancel();
  expect(ended.sort()).toEqual(["b", "c", "d"]);
  expect(await look()).toEqual({ a: "done" });
  expect(made.snapshot.get()).toMatchObject({ isBusy: false, wasCancelled: true });
});

test("Retry-After holds everything back for as long as it says, and the file keeps its place", async () => {
  const { add, answer, sent } = queue();
  await add("a", "b", "c", "d", "e");
  await answer("a", { kind: "busy", seconds: 30 });
  await answer("b");
  await vi.advanceTimersByTimeAsync(29_900);
  expect(sent).toEqual(["a", "b", "c"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual(["a", "b", "c", "a", "d"]);
});

test("Resuming from a pause does not shorten Retry-After", async () => {
  const { made, add, answer, sent } = queue();
  await add("a", "b", "c", "d");
  await answer("a", { kind: "busy", seconds: 30 });
  made.pause();
  made.resume();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(sent).toHaveLength(3);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sent).toHaveLength(4);
});

test("A file that only ever breaks off fails in the end, after waits that grow", async () => {
  const { add, answer, sent, look } = queue();
  await add("a");
  for (const wait of [1, 2, 4]) {
    await answer("a", { kind: "unreachable" });
    const before = sent.length;
    await vi.advanceTimersByTimeAsync(wait * 1000 - 50);
    expect(sent).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(before + 1);
  }
  await answer("a", { kind: "unreachable" });
  expect(await look()).toEqual({ a: "failed" });
});

test("Files that break off together wait as one does", async () => {
  const { add, answer, sent } = queue();
  await add("a", "b", "c");
  for (const name of ["a", "b", "c"]) await answer(name, { kind: "unreachable" });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sent).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("Retrying sends exactly what failed, without what is no image", async () => {
  const { made, add, answer, sent, look } = queue();
  await add("a", "b", "c");
  made.add([{ file: new File([], "t.txt", { type: "text/plain" }), folder: "" }], target, null);
  await answer("a");
  await answer("b", { kind: "failed", reason: "No." });
  await answer("c", { kind: "duplicate" });
  sent.length = 0;
  made.retryFailed();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["b"]);
  await answer("b");
  expect(await look()).toEqual({ a: "done", b: "done", c: "duplicate", "t.txt": "failed" });
});

test("A session that is over pauses, and loses nothing", async () => {
  const { made, add, answer, sent, look, endSession, beginSession } = queue();
  await add("a", "b", "c", "d");
  endSession();
  for (const name of ["a", "b", "c"]) await answer(name, { kind: "signedOut" });
  expect(await look()).toEqual({ a: "queued", b: "queued", c: "queued", d: "queued" });
  expect(made.snapshot.get().isPaused).toBe(true);
  beginSession();
  made.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("A group that is gone is gone for all that was to go there", async () => {
  const { add, answer, sent, look } = queue();
  await add("a", "b", "c", "d", "e");
  await answer("a", { kind: "failed", reason: "Gone.", groupIsGone: true });
  expect(sent).toEqual(["a", "b", "c"]);
  expect(await look()).toEqual({ a: "failed", b: "failed", c: "failed", d: "failed", e: "failed" });
});

test("Removing a file stops it, and the next one takes its place", async () => {
  const { made, add, sent, ended, look } = queue();
  await add("a", "b", "c", "d");
  made.remove(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(["b"]);
  expect(sent).toEqual(["a", "b", "c", "d"]);
  expect(Object.keys(await look())).toEqual(["a", "c", "d"]);
});
