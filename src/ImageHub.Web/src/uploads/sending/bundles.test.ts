import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Answer } from "./answer";
import { type BundledFile, Bundler, type Transport } from "./bundles";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const done = (imageId: string): Answer => ({ status: 200, body: null, retryAfter: null, imageId });

/** A bundler with manual answers. `requests`: the addresses in each request; `lone`: the addresses of files sent alone. */
function bundles() {
  const requests: string[][] = [];
  const lone: string[] = [];
  const open: ((answers: (Answer | null)[]) => void)[] = [];
  const openAlone: ((answer: Answer) => void)[] = [];
  const stopped: number[] = [];
  const stoppedAlone: string[] = [];
  const transport: Transport = {
    together(files, signal) {
      const place = requests.push(files.map(({ url }) => url)) - 1;
      signal.addEventListener("abort", () => stopped.push(place));
      return new Promise((resolve) => open.push(resolve));
    },
    alone({ url }, signal) {
      lone.push(url);
      signal.addEventListener("abort", () => stoppedAlone.push(url));
      return new Promise((resolve) => openAlone.push(resolve));
    },
  };
  const made = new Bundler(transport);
  return {
    requests,
    lone,
    stopped,
    stoppedAlone,
    send: (name: string, bytes = 1_000, signal = new AbortController().signal) =>
      made.send(name, { size: bytes } as BundledFile["blob"], signal),
    settle: () => vi.advanceTimersByTimeAsync(1),
    answer: async (place: number, answers: (Answer | null)[]) => {
      open[place]?.(answers);
      await vi.advanceTimersByTimeAsync(0);
    },
    answerAlone: async (place: number, answer: Answer) => {
      openAlone[place]?.(answer);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test("Files that are sent at about the same time share a request, and each file gets its answer", async () => {
  const { send, requests, lone, settle, answer, answerAlone } = bundles();
  const answers = Promise.all([send("a"), send("b"), send("c")]);
  await settle();
  expect(requests).toEqual([["a", "b", "c"]]);
  await answer(0, [done("1"), null, done("3")]);
  expect(lone).toEqual(["b"]);
  await answerAlone(0, done("2"));
  expect(await answers).toEqual([done("1"), done("2"), done("3")]);
});

test("A request carries at most 20 files and 1 MB, and three requests run at once", async () => {
  const { send, requests, settle, answer } = bundles();
  for (let place = 0; place < 25; place++) void send(`a${place}`);
  for (let place = 0; place < 9; place++) void send(`b${place}`, 250_000);
  await settle();
  expect(requests.map(({ length }) => length)).toEqual([20, 8, 4]);
  const settled = Array.from({ length: 8 }, () => done("1"));
  await answer(1, settled);
  expect(requests.map(({ length }) => length)).toEqual([20, 8, 4, 2]);
});

test("At most three files are sent alone at once", async () => {
  const { send, lone, stoppedAlone, settle, answer, answerAlone } = bundles();
  const stop = new AbortController();
  const first = send("a", 1_000, stop.signal);
  for (const name of ["b", "c", "d", "e"]) void send(name);
  await settle();
  await answer(0, []);
  expect(lone).toEqual(["a", "b", "c"]);
  stop.abort("not this one");
  await expect(first).rejects.toBe("not this one");
  expect(stoppedAlone).toEqual(["a"]);
  await answerAlone(1, done("2"));
  expect(lone).toEqual(["a", "b", "c", "d"]);
});

test("A file is sent even after many waiting files were cancelled", async () => {
  const { send, requests, settle, answer } = bundles();
  const stop = new AbortController();
  const stopped = Array.from({ length: 60 }, (_, place) => send(`${place}`, 200_000, stop.signal));
  const outcomes = Promise.allSettled(stopped);
  await settle();
  stop.abort("no");
  for (const place of [0, 1, 2]) await answer(place, []);
  void send("live");
  await settle();
  expect(requests.slice(3)).toEqual([["live"]]);
  expect((await outcomes).every(({ status }) => status === "rejected")).toBe(true);
});

test("A request is aborted once all its files are cancelled, and a waiting file is not sent", async () => {
  const { send, requests, stopped, settle } = bundles();
  const [first, second, unsent] = [new AbortController(), new AbortController(), new AbortController()];
  const sent = [send("a", 1_000, first.signal), send("b", 1_000, second.signal), send("c", 1_000, unsent.signal)];
  const outcomes = Promise.allSettled(sent);
  unsent.abort("no");
  await settle();
  expect(requests).toEqual([["a", "b"]]);
  first.abort("not this one");
  expect(stopped).toEqual([]);
  second.abort("nor this one");
  expect(stopped).toEqual([0]);
  expect((await outcomes).map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([
    "not this one",
    "nor this one",
    "no",
  ]);
});
