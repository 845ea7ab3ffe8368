import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type BundledFile, Bundles, type SendTogether } from "./bundles";
import type { Answer } from "./outcome";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const done = (imageId: string): Answer => ({ status: 200, body: null, retryAfter: null, imageId });

/** Bundles whose requests are answered by hand; `requests`: the addresses that each carried. */
function bundles() {
  const requests: string[][] = [];
  const open: ((answers: (Answer | null)[]) => void)[] = [];
  const stopped: number[] = [];
  const sendTogether: SendTogether = (files, signal) => {
    const place = requests.push(files.map(({ url }) => url)) - 1;
    signal.addEventListener("abort", () => stopped.push(place));
    return new Promise((resolve) => open.push(resolve));
  };
  const made = new Bundles(sendTogether);
  return {
    requests,
    stopped,
    send: (name: string, bytes = 1_000, signal = new AbortController().signal) =>
      made.send(name, { size: bytes } as BundledFile["blob"], signal),
    settle: () => vi.advanceTimersByTimeAsync(1),
    answer: async (place: number, answers: (Answer | null)[]) => {
      open[place]?.(answers);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test("Files that are sent at about the same time travel together, and each hears its own answer", async () => {
  const { send, requests, settle, answer } = bundles();
  const answers = Promise.all([send("a"), send("b"), send("c")]);
  await settle();
  expect(requests).toEqual([["a", "b", "c"]]);
  await answer(0, [done("1"), null, done("3")]);
  expect(await answers).toEqual([done("1"), null, done("3")]);
});

test("A request carries at most 20 files and a megabyte, and three are under way at once", async () => {
  const { send, requests, settle, answer } = bundles();
  for (let place = 0; place < 25; place++) void send(`a${place}`);
  for (let place = 0; place < 9; place++) void send(`b${place}`, 250_000);
  await settle();
  expect(requests.map(({ length }) => length)).toEqual([20, 8, 4]);
  await answer(1, []);
  expect(requests.map(({ length }) => length)).toEqual([20, 8, 4, 2]);
});

test("A file that is stopped goes out of its request, which ends when all of it were", async () => {
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
