import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask, send, sendTogether } from "./tus";

/** A request without a server. Tests answer it and report its progress. */
class FakeRequest {
  static last: FakeRequest;
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  status = 0;
  responseText = "";
  isAborted = false;

  constructor() {
    FakeRequest.last = this;
  }

  open() {}
  setRequestHeader() {}
  send() {}
  getResponseHeader = () => null;

  abort() {
    this.isAborted = true;
  }

  answer(status: number, body: object) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const signal = new AbortController().signal;
const noAnswer = { status: 0, body: null, retryAfter: null };
const wait = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

test("A request that stays without progress for a minute ends without an answer", async () => {
  const sent = send("/u/1", new Blob(["abcd"]), 0, () => undefined, signal);
  for (const loaded of [1, 2, 3]) {
    await wait(59);
    FakeRequest.last.upload.onprogress?.({ loaded, total: 4 });
  }
  expect(FakeRequest.last.isAborted).toBe(false);
  await wait(61);
  expect(FakeRequest.last.isAborted).toBe(true);
  expect(await sent).toEqual(noAnswer);
});

test("The server has ten minutes to store a file that has arrived", async () => {
  const sent = send("/u/1", new Blob(["abcd"]), 0, () => undefined, signal);
  FakeRequest.last.upload.onprogress?.({ loaded: 4, total: 4 });
  await wait(599);
  expect(FakeRequest.last.isAborted).toBe(false);
  await wait(2);
  expect(await sent).toEqual(noAnswer);
});

test("Requests for an offset and for several files end without an answer, too", async () => {
  const asked = ask("/u/1", signal);
  await wait(61);
  expect(await asked).toEqual(noAnswer);
  const files = ["/u/1", "/u/2"].map((url) => ({ url, blob: new Blob(["a"]) }));
  const sent = sendTogether(files, signal);
  await wait(61);
  expect(await sent).toEqual([noAnswer, noAnswer]);
});

test("A request that is cancelled or answered is not stopped later", async () => {
  const cancel = new AbortController();
  const cancelled = send("/u/1", new Blob(["a"]), 0, () => undefined, cancel.signal);
  cancel.abort("cancelled");
  await expect(cancelled).rejects.toBe("cancelled");
  const answered = send("/u/1", new Blob(["a"]), 0, () => undefined, signal);
  FakeRequest.last.answer(503, { code: "serverBusy" });
  expect(await answered).toMatchObject({ status: 503, body: { code: "serverBusy" } });
  await wait(300);
  expect(FakeRequest.last.isAborted).toBe(false);
});
