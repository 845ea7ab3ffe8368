import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { en } from "../../text/mine.en";
import type { Outcome } from "../sending/outcome";
import type { PersistedUpload, Unprepared } from "./ports";
import { UploadQueue } from "./queue";

vi.mock("../../text/mine", () => ({ mineText: en }));
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const target = { groupId: "g", groupTitle: "Group", isPublic: false };

/** A queue with manual answers. `sent`: the names of sent files in order; `offsets`: the offsets they were sent from. */
function queue(known: string[] = []) {
  const sent: string[] = [];
  const told: string[][] = [];
  const receipts: (string | null)[] = [];
  const offsets: (number | null)[] = [];
  const open = new Map<string, (answer: { outcome: Outcome; from: number | null; offset: number | null }) => void>();
  const ended: string[] = [];
  const kept = new Set<string>();
  const unwanted: string[] = [];
  const unwantedImages: string[] = [];
  const described: [string, string][] = [];
  type Described = { remark: string | null } | Outcome;
  let descriptions: (Described | Promise<Described>)[] = [];
  let unprepared: Unprepared[] = [];
  let [hasSession, isReachable] = [true, true];
  let refusals: Outcome[] = [];
  const made = new UploadQueue({
    prepare: async ({ file, name }) =>
      unprepared.shift() ??
      (file === null
        ? { kind: "failed", reason: "Unreadable." }
        : { blob: file, bytes: name.length, fileName: name, sha256: name }),
    announce: async (_, files, receipt) => {
      told.push(files.map(({ fileName }) => fileName));
      receipts.push(receipt);
      return (
        refusals.shift() ?? {
          receipt: receipt ?? `r${told.length}`,
          files: files.map(({ fileName }) =>
            known.includes(fileName)
              ? { status: "duplicate" as const, uploadUrl: null, code: null }
              : fileName.startsWith("taken")
                ? { status: "failed" as const, uploadUrl: null, code: "duplicateFileName" }
                : { status: "needed" as const, uploadUrl: `/u/${fileName}`, code: null },
          ),
        }
      );
    },
    send: (url, _, offset, progress, signal) => {
      const name = url.slice(3);
      sent.push(name);
      offsets.push(offset);
      progress(0.5);
      return new Promise((resolve, reject) => {
        open.set(name, resolve);
        signal.addEventListener("abort", () => {
          ended.push(name);
          reject(signal.reason);
        });
      });
    },
    describe: async (imageId, sidecar) => {
      described.push([imageId, sidecar.name]);
      return descriptions.shift() ?? { remark: null };
    },
    refusal: (code) => code ?? "",
    session: async () => hasSession,
    isReachable: async () => isReachable,
    unwanted: (imageId) => unwantedImages.push(imageId),
    uploaded: () => {},
    end: (urls) => unwanted.push(...urls),
    complete: () => {},
    persistence: {
      keyFor: String,
      keep: (rows) => {
        for (const { name } of rows) kept.add(name);
      },
      forget: (rows) => {
        for (const { name } of rows) kept.delete(name);
      },
    },
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    made,
    sent,
    told,
    receipts,
    offsets,
    ended,
    kept,
    unwanted,
    unwantedImages,
    described,
    describeWith: (...answers: typeof descriptions) => {
      descriptions = answers;
    },
    prepareWith: (...answers: typeof unprepared) => {
      unprepared = answers;
    },
    connect: (value: boolean) => {
      isReachable = value;
    },
    settle,
    endSession: () => {
      hasSession = false;
    },
    beginSession: () => {
      hasSession = true;
    },
    refuse: (...outcomes: Outcome[]) => {
      refusals = outcomes;
    },
    async add(...names: string[]) {
      made.add(
        names.map((name) => ({ file: fileOf(name), folder: "", size: sizeOf(name) })),
        target,
        null,
      );
      await settle();
    },
    async answer(
      name: string,
      outcome: Outcome = { kind: "done", imageId: "1" },
      offset: number | null = null,
      from = 0,
    ) {
      open.get(name)?.({ outcome, from, offset });
      await settle();
    },
    async look() {
      await vi.advanceTimersByTimeAsync(150);
      return Object.fromEntries(made.snapshot.get().rows.map((row) => [row.name, row.status]));
    },
  };
}

/** A size between small and large files. */
const sizeOf = (name: string) => 300_000 + name.length;

const fileOf = (name: string) => new File([name], name, { type: "image/jpeg" });

test("A drop is announced in one request, and six of its files are sent at once, in order", async () => {
  const { add, answer, sent, told } = queue();
  await add(..."abcdefgh");
  expect(told).toEqual([[..."abcdefgh"]]);
  expect(sent).toEqual([..."abcdef"]);
  await answer("b");
  expect(sent).toEqual([..."abcdefg"]);
});

// A request carries up to 20 files or 1 MB, and three requests run at once.
test.each([
  [25_000, 60],
  [150_000, 18],
  [250_000, 12],
])("Small files of %i bytes share requests, and %i of them are sent at once", async (size, atOnce) => {
  const { made, sent, settle, answer } = queue();
  const names = Array.from({ length: 100 }, (_, index) => String(index));
  made.add(
    names.map((name) => ({ file: fileOf(name), folder: "", size })),
    target,
    null,
  );
  await settle();
  expect(sent).toEqual(names.slice(0, atOnce));
  await answer("7");
  expect(sent).toEqual(names.slice(0, atOnce + 1));
});

test("At most three large files are sent at once", async () => {
  const { made, sent, settle } = queue();
  const files = [..."abcd"].map((name) => new File([new Uint8Array(1_000_001)], name, { type: "image/jpeg" }));
  made.add(
    files.map((file) => ({ file, folder: "", size: file.size })),
    target,
    null,
  );
  await settle();
  expect(sent).toEqual([..."abc"]);
});

test("A large drop is announced in slices, each when half of the previous slice has been sent", async () => {
  const { made, told, sent, settle, answer } = queue();
  const names = Array.from({ length: 2_100 }, (_, index) => String(index));
  made.add(
    names.map((name) => ({ file: fileOf(name), folder: "", size: name.length })),
    target,
    null,
  );
  await settle();
  expect(told.map(({ length }) => length)).toEqual([2_000]);
  for (let index = 0; index < 900; index++) await answer(String(index));
  expect(told).toHaveLength(1);
  for (let index = 900; index < 1_000; index++) await answer(String(index));
  expect(told.map(({ length }) => length)).toEqual([2_000, 100]);
  expect(told.flat()).toEqual(names);
  expect(sent).toEqual(names.slice(0, 1_060));
});

test("Duplicates and rejected files are not sent", async () => {
  const { add, sent, look } = queue(["a", "b"]);
  await add("a", "b", "taken", "c");
  expect(sent).toEqual(["c"]);
  expect(await look()).toEqual({ a: "duplicate", b: "duplicate", taken: "failed", c: "sending" });
});

test("A pause completes the files that are being sent and starts no other files", async () => {
  const { made, add, answer, sent, look } = queue();
  await add(..."abcdefgh");
  made.pause();
  await answer("a");
  await answer("b");
  expect(sent).toEqual([..."abcdef"]);
  expect(await look()).toMatchObject({ a: "done", c: "sending", g: "queued" });
  made.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([..."abcdefgh"]);
});

test("Cancelling aborts the files that are being sent and removes the waiting files", async () => {
  const { made, add, answer, ended, kept, look } = queue();
  await add(..."abcdefgh");
  await answer("a");
  made.cancel();
  expect(ended.sort()).toEqual([..."bcdefg"]);
  expect(await look()).toEqual({ a: "done" });
  expect(made.snapshot.get()).toMatchObject({ isBusy: false, wasCancelled: true });
  expect([...kept]).toEqual([]);
});

test("The server is notified of uploads that will not continue", async () => {
  const { made, add, answer, unwanted } = queue();
  await add(..."abcdefgh");
  await answer("a");
  await answer("b", { kind: "duplicate" });
  await answer("c", { kind: "failed", reason: "No.", isFinal: true });
  await answer("d", { kind: "failed", reason: "Broken off." });
  expect(unwanted).toEqual([]);
  made.remove(5);
  expect(unwanted).toEqual(["/u/e"]);
  made.cancel();
  expect(unwanted).toEqual(["/u/e", "/u/f", "/u/g", "/u/h"]);
  made.clear();
  expect(unwanted).toEqual(["/u/e", "/u/f", "/u/g", "/u/h", "/u/d"]);
});

test("A file that is removed during its announcement is not sent", async () => {
  const { made, settle, sent, told, unwanted } = queue();
  const files = ["a", "b"].map((name) => ({ file: fileOf(name), folder: "", size: 1 }));
  made.add(files, target, null);
  while (told.length === 0) await Promise.resolve();
  made.remove(1);
  await settle();
  expect(sent).toEqual(["b"]);
  expect(unwanted).toEqual(["/u/a"]);
});

test("A file that is dropped right after cancelling is sent, regardless of the cancelled announcement", async () => {
  const { made, sent, settle, look } = queue();
  made.add([{ file: fileOf("a"), folder: "", size: 1 }], target, null);
  made.cancel();
  made.add([{ file: fileOf("b"), folder: "", size: 1 }], target, null);
  await settle();
  expect(sent).toEqual(["b"]);
  expect(await look()).toEqual({ b: "sending" });
});

test("Retry-After delays all files, and the rejected file is then sent first", async () => {
  const { add, answer, sent, offsets } = queue();
  await add(..."abcdefgh");
  await answer("a", { kind: "busy", seconds: 30 }, 0);
  await answer("b");
  await vi.advanceTimersByTimeAsync(29_900);
  expect(sent).toEqual([..."abcdef"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual([..."abcdef", "a", "g"]);
  expect(offsets.at(6)).toBe(0);
});

test("Resuming from a pause does not shorten Retry-After", async () => {
  const { made, add, answer, sent } = queue();
  await add(..."abcdefg");
  await answer("a", { kind: "busy", seconds: 30 });
  made.pause();
  made.resume();
  await vi.advanceTimersByTimeAsync(29_000);
  expect(sent).toHaveLength(6);
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sent).toHaveLength(7);
});

test("A file without any response is retried after growing waits, and finally fails", async () => {
  const { add, answer, sent, offsets, look } = queue();
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
  expect(offsets).toEqual([0, null, null, null]);
});

test("Refusals of a busy server do not count as lost connections", async () => {
  const { add, answer, look } = queue();
  await add("a");
  for (let time = 0; time < 3; time++) {
    await answer("a", { kind: "busy", seconds: 1 }, 0);
    await vi.advanceTimersByTimeAsync(1_100);
  }
  await answer("a", { kind: "unreachable" });
  expect(await look()).toEqual({ a: "queued" });
  await vi.advanceTimersByTimeAsync(1_100);
  await answer("a");
  expect(await look()).toEqual({ a: "done" });
});

test("A file of which each request adds bytes is sent until it is complete", async () => {
  const { add, answer, look } = queue();
  await add("a");
  for (let time = 0; time < 10; time++) {
    await answer("a", { kind: "unreachable" }, null, time * 8_000_000);
    await vi.advanceTimersByTimeAsync(15_100);
  }
  await answer("a", { kind: "done", imageId: "1" }, null, 80_000_000);
  expect(await look()).toEqual({ a: "done" });
});

test("Tries without a connection do not count", async () => {
  const { add, answer, connect, look } = queue();
  await add("a");
  connect(false);
  for (let time = 0; time < 6; time++) {
    await answer("a", { kind: "unreachable" });
    await vi.advanceTimersByTimeAsync(15_100);
  }
  connect(true);
  await answer("a", { kind: "unreachable" });
  await vi.advanceTimersByTimeAsync(15_100);
  expect(await look()).toEqual({ a: "sending" });
  await answer("a");
  expect(await look()).toEqual({ a: "done" });
});

test("Files that cannot be prepared without a connection wait, and keep their order", async () => {
  const { add, prepareWith, told, sent, look } = queue();
  prepareWith({ kind: "unreachable" });
  await add(..."abc");
  expect(await look()).toEqual({ a: "queued", b: "queued", c: "queued" });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(told).toEqual([[..."abc"]]);
  expect(sent).toEqual([..."abc"]);
});

test("Files that fail together share one wait", async () => {
  const { add, answer, sent } = queue();
  await add("a", "b", "c");
  for (const name of ["a", "b", "c"]) await answer(name, { kind: "unreachable" });
  await vi.advanceTimersByTimeAsync(1_100);
  expect(sent).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("A file whose offset is wrong is retried at once, and the other files continue", async () => {
  const { add, answer, sent, offsets } = queue();
  await add(..."abcdefg");
  await answer("a", { kind: "elsewhere" });
  expect(sent).toEqual([..."abcdefg"]);
  await answer("b");
  expect(sent.at(-1)).toBe("a");
  expect(offsets.at(-1)).toBeNull();
});

test("An announcement that a busy server rejects is repeated", async () => {
  const { add, told, sent, refuse } = queue();
  refuse({ kind: "busy", seconds: 5 });
  await add("a", "b");
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(5_100);
  expect(told).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  expect(sent).toEqual(["a", "b"]);
});

test("Retrying sends only failed files, and announces a file again if its rejection was final", async () => {
  const { made, add, answer, sent, told, look } = queue();
  await add("a", "b", "c", "d");
  made.add([{ file: new File([], "t.txt", { type: "text/plain" }), folder: "", size: 0 }], target, null);
  await answer("a");
  await answer("b", { kind: "failed", reason: "No.", isFinal: true });
  await answer("c", { kind: "duplicate" });
  await answer("d", { kind: "failed", reason: "Broken off." });
  sent.length = 0;
  told.length = 0;
  made.retryFailed();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([["b"]]);
  expect(sent.sort()).toEqual(["b", "d"]);
  await answer("b");
  await answer("d");
  expect(await look()).toEqual({ a: "done", b: "done", c: "duplicate", d: "done", "t.txt": "failed" });
});

test("An ended session pauses the queue and keeps all files", async () => {
  const { made, add, answer, sent, look, endSession, beginSession } = queue();
  await add("a", "b", "c");
  endSession();
  for (const name of ["a", "b", "c"]) await answer(name, { kind: "signedOut" });
  expect(await look()).toEqual({ a: "queued", b: "queued", c: "queued" });
  expect(made.snapshot.get().isPaused).toBe(true);
  beginSession();
  made.resume();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["a", "b", "c", "a", "b", "c"]);
});

test("A file whose upload address has expired is announced again, and the other files continue", async () => {
  const { add, answer, sent, told, offsets, look } = queue();
  await add(..."abcdefgh");
  await answer("a", { kind: "gone" });
  expect(told).toEqual([[..."abcdefgh"], ["a"]]);
  expect(sent).toEqual([..."abcdefg"]);
  for (const name of "bcdefgh") await answer(name);
  expect(sent.at(-1)).toBe("a");
  expect(offsets.at(-1)).toBe(0);
  await answer("a");
  expect(new Set(Object.values(await look()))).toEqual(new Set(["done"]));
});

test("A file whose upload address expires each time finally fails", async () => {
  const { add, answer, told, look } = queue();
  await add("a");
  for (let time = 0; time < 8; time++) await answer("a", { kind: "gone" });
  expect(told).toHaveLength(8);
  expect(await look()).toEqual({ a: "failed" });
});

test("All pending files of a deleted group fail", async () => {
  const { made, add, answer, sent, refuse, look } = queue();
  await add(..."abcdefgh");
  refuse({ kind: "gone" });
  await answer("a", { kind: "gone" });
  expect(sent).toEqual([..."abcdefg"]);
  expect(new Set(Object.values(await look()))).toEqual(new Set(["failed"]));
  expect(new Set(made.snapshot.get().rows.map(({ reason }) => reason))).toEqual(new Set(["The group was deleted"]));
});

test("Removing a file aborts it and starts the next file", async () => {
  const { made, add, sent, ended, look } = queue();
  await add(..."abcdefg");
  made.remove(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(["b"]);
  expect(sent).toEqual([..."abcdefg"]);
  expect(Object.keys(await look())).toEqual([..."acdefg"]);
});

test("Only files that can be sent again stay stored", async () => {
  const { add, answer, kept } = queue();
  await add("a", "b", "c", "d", "taken");
  await answer("a");
  await answer("b", { kind: "duplicate" });
  await answer("c", { kind: "failed", reason: "No.", isFinal: true });
  await answer("d", { kind: "failed", reason: "Broken off." });
  expect([...kept]).toEqual(["d"]);
});

/** A stored upload of a closed page. */
const persisted = (name: string, file: File | null, url: string | null): PersistedUpload => ({
  name,
  size: sizeOf(name),
  file,
  folder: "",
  sidecar: null,
  target,
  longestSide: null,
  url,
  key: name,
  drop: "1",
});

test("A page resumes the uploads of a closed page, lists lost files, and resumes a lost file that is added again", async () => {
  const { made, add, sent, told, settle, look, answer } = queue();
  made.restore([
    persisted("told", fileOf("told"), "/u/told"),
    persisted("new", fileOf("new"), null),
    persisted("lost", null, "/u/lost"),
  ]);
  await settle();
  expect(told).toEqual([["new"]]);
  expect(sent.sort()).toEqual(["new", "told"]);
  expect(await look()).toEqual({ told: "sending", new: "sending", lost: "failed" });
  expect(made.snapshot.get().retryable).toBe(0);

  await add("lost", "other");
  expect(told).toEqual([["new"], ["other"]]);
  expect(sent.slice(2).sort()).toEqual(["lost", "other"]);
  for (const name of ["told", "new", "lost", "other"]) await answer(name);
  expect(await look()).toEqual({ told: "done", new: "done", lost: "done", other: "done" });
});

test("Later announcements of a drop use its receipt, and another drop has a separate receipt", async () => {
  const { made, receipts, settle } = queue();
  // Files so large that an announcement has space for only one of them.
  const large = (...names: string[]) => names.map((name) => ({ file: fileOf(name), folder: "", size: 50_000_000 }));
  made.add(large("a", "b"), target, null);
  for (let turn = 0; turn < 4; turn++) await settle();
  expect(receipts).toEqual([null, "r1"]);
  made.add(large("c"), { ...target, groupId: "h" }, null);
  for (let turn = 0; turn < 4; turn++) await settle();
  expect(receipts).toEqual([null, "r1", null]);
});

test("The sidecar of a photo is sent once the photo is uploaded, and again after a failure", async () => {
  const { add, answer, described, describeWith, look, offsets, sent } = queue();
  await add("a.jpg", "a.xmp");
  describeWith({ kind: "busy", seconds: 2 });
  expect(described).toEqual([]);
  await answer("a.jpg", { kind: "done", imageId: "7" });
  expect(described).toEqual([["7", "a.xmp"]]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([sent, offsets]).toEqual([
    ["a.jpg", "a.jpg"],
    [0, null],
  ]);
  await answer("a.jpg", { kind: "done", imageId: "7" });
  expect(described).toEqual([
    ["7", "a.xmp"],
    ["7", "a.xmp"],
  ]);
  expect(await look()).toEqual({ "a.jpg": "done" });
});

test("Sidecars that cannot be used are reported", async () => {
  const { add, answer, describeWith, described, look, made } = queue(["known.jpg"]);
  await add("a.jpg", "a.xmp", "b.xmp", "known.jpg", "known.xmp");
  describeWith({ remark: "Unreadable." });
  await answer("a.jpg");
  expect(described).toEqual([["1", "a.xmp"]]);
  expect(await look()).toEqual({ "a.jpg": "done", "known.jpg": "duplicate", "b.xmp": "failed" });
  expect(made.snapshot.get().rows.map(({ name, reason }) => [name, reason])).toEqual([
    ["a.jpg", "Unreadable."],
    ["known.jpg", "The sidecar was ignored, because the photo may have been edited here"],
    ["b.xmp", "No photo here belongs to this sidecar"],
  ]);
});

test("A closed page's sidecar is sent by the next page", async () => {
  const { made, answer, described, settle } = queue();
  const sidecar = new File(["x"], "a.xmp");
  made.restore([{ ...persisted("a.jpg", fileOf("a.jpg"), "/u/a.jpg"), sidecar }]);
  await settle();
  await answer("a.jpg", { kind: "done", imageId: "7" });
  expect(described).toEqual([["7", "a.xmp"]]);
});

test("Undoing a drop also returns a photo whose sidecar was not sent", async () => {
  const { made, add, answer, describeWith, settle, unwantedImages } = queue();
  describeWith({ kind: "busy", seconds: 2 });
  await add("a.jpg", "a.xmp");
  await answer("a.jpg", { kind: "done", imageId: "7" });
  expect(made.takeBack("g", 1)).toEqual(["7"]);
  await settle();
  expect(unwantedImages).toEqual([]);
});

test("Undoing a drop while a sidecar is being sent removes the photo afterwards, even if the sidecar fails", async () => {
  const { made, add, answer, describeWith, settle, unwantedImages } = queue();
  let fail = (_: Outcome) => {};
  describeWith(
    new Promise((resolve) => {
      fail = resolve;
    }),
  );
  await add("a.jpg", "a.xmp");
  await answer("a.jpg", { kind: "done", imageId: "7" });
  expect(made.takeBack("g", 1)).toEqual([]);
  fail({ kind: "busy", seconds: 2 });
  await settle();
  expect(unwantedImages).toEqual(["7"]);
});

test("Lost files continue with the files of a chosen folder", async () => {
  const { made, sent, settle } = queue();
  made.restore([
    persisted("single", null, "/u/single"),
    { ...persisted("a", null, "/u/inner"), folder: "Trip/Day 1" },
    { ...persisted("a", null, "/u/outer"), folder: "Trip" },
    { ...persisted("a", null, "/u/other"), folder: "Elsewhere" },
  ]);
  const chosen = (folder: string, ...names: string[]) =>
    names.map((name) => ({ file: fileOf(name), folder, size: sizeOf(name) }));
  // Several names of the same size are in the folder, and the folder around it was chosen.
  expect(made.goOn([...chosen("Photos/Trip/Day 1", "a"), ...chosen("Photos/Trip", "a", "single", "none")])).toBe(3);
  await settle();
  expect(sent.toSorted()).toEqual(["inner", "outer", "single"]);
});

test("The receipt of reduced photos does not wait for the bytes of a closed page", async () => {
  const { made, told, unwanted, settle } = queue();
  made.restore([{ ...persisted("a.jpg", fileOf("a.jpg"), "/u/a.jpg"), longestSide: 800 }]);
  await settle();
  expect(unwanted).toEqual(["/u/a.jpg"]);
  expect(told).toEqual([["a.jpg"]]);
});

test("Sidecars of a user's own images are reported as unused, and an album's description is passed over", async () => {
  const { made, look } = queue();
  const files = ["a.jpg", "a.xmp", "metadata.json"].map((name) => ({ file: fileOf(name), folder: "", size: 1 }));
  made.add(files, { groupId: null, groupTitle: "My images", isPublic: false }, null);
  expect(await look()).toEqual({ "a.jpg": "sending", "a.xmp": "failed" });
  expect(made.snapshot.get().rows.find(({ name }) => name === "a.xmp")?.reason).toBe("Sidecars are not used here");
});
