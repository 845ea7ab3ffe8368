import { afterEach, beforeEach, expect, it, vi } from "vitest";

const healthy = Response.json({ checks: { database: "ok" } });
const withoutDatabase = Response.json({ checks: { database: "unreachable" } });

/** The answers to health checks: each check takes the first one, and the last one is repeated. Without answers, checks get none. */
let answers: (() => Promise<Response>)[];
const health = vi.fn((_: string, { signal }: RequestInit) => {
  const answer = answers.length > 1 ? answers.shift() : answers[0];
  return new Promise<Response>((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    answer?.().then(resolve, reject);
  });
});
const answersWith = (...responses: Response[]) => {
  answers = responses.map((response) => async () => response.clone());
};
let online: () => void;
let failed: (event: { target: unknown }) => void;

/** A page of its own, which has just loaded. */
const open = () => import("./connection");

const answer = (status: number, headers?: HeadersInit) => new Response(null, { status, headers });
const staleAnswer = answer(200, { "X-ImageHub-Stale": "12" });

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("fetch", health.mockClear());
  vi.stubGlobal("document", { images: [] });
  vi.stubGlobal("addEventListener", (type: string, listener: () => void) => {
    if (type === "online") online = listener;
    if (type === "error") failed = listener;
  });
  vi.spyOn(AbortSignal, "timeout").mockImplementation((milliseconds) => {
    const controller = new AbortController();
    setTimeout(
      () => controller.abort(new DOMException("The health check took too long.", "TimeoutError")),
      milliseconds,
    );
    return controller.signal;
  });
  answers = [];
  fetched.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it.each([
  ["offline", 200, "offline"],
  ["offline", 503, "offline"],
  ["stale", 200, "stale"],
  ["stale", 503, "stale"],
  ["down", 200, "ok"],
  ["down", 404, "ok"],
  ["down", 504, "down"],
  ["ok", 502, "down"],
  ["ok", 500, "ok"],
] as const)("in the state %s, an answer %i leads to the state %s", async (before, status, after) => {
  const { connection, sawAnswer } = await open();
  connection.set(before);
  sawAnswer(answer(status));
  expect(connection.get()).toBe(after);
});

it.each(["ok", "stale", "down", "offline"] as const)(
  "in the state %s, a cached answer without the database leads to the state stale",
  async (before) => {
    const { connection, sawAnswer } = await open();
    connection.set(before);
    sawAnswer(staleAnswer);
    expect(connection.get()).toBe("stale");
  },
);

it("an outage ends with the first successful health check, three seconds after the last one", async () => {
  const { connection } = await open();
  answersWith(answer(503), withoutDatabase, healthy);
  connection.set("offline");
  await vi.advanceTimersByTimeAsync(2999);
  expect(health).not.toHaveBeenCalled();
  const states = [];
  for (const wait of [1, 3000, 3000]) {
    await vi.advanceTimersByTimeAsync(wait);
    states.push(connection.get());
  }
  expect(states).toEqual(["down", "stale", "ok"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(health).toHaveBeenCalledTimes(3);
});

it.each([
  ["the page of a captive portal", new Response("<html>Sign in to the hotel's network</html>")],
  ["JSON of another server", Response.json({ status: "UP" })],
])("%s is not a successful health check, and the checks continue", async (_, other) => {
  const { connection } = await open();
  answersWith(other, other, healthy);
  connection.set("offline");
  await vi.advanceTimersByTimeAsync(6000);
  expect(connection.get()).toBe("offline");
  await vi.advanceTimersByTimeAsync(3000);
  expect(connection.get()).toBe("ok");
});

it("a health check without an answer ends after ten seconds, and the checks continue", async () => {
  const { connection } = await open();
  connection.set("offline");
  await vi.advanceTimersByTimeAsync(3000 + 9999);
  expect(health).toHaveBeenCalledTimes(1);
  answersWith(healthy);
  await vi.advanceTimersByTimeAsync(1 + 3000);
  expect(connection.get()).toBe("ok");
});

it("a device that is back online is checked at once", async () => {
  const { connection } = await open();
  answersWith(healthy);
  connection.set("offline");
  online();
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.get()).toBe("ok");
});

it("a device that is back online only fetches failed images again if the server was reachable", async () => {
  await open();
  vi.stubGlobal("document", { images: [image("/failed"), image("/shown", { naturalWidth: 320 })] });
  online();
  expect(fetched).toEqual(["/failed"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(health).not.toHaveBeenCalled();
});

it.each([
  ["a cached answer without the database", "down", "stale"],
  ["a request without an answer", "offline", "offline"],
] as const)(
  "after %s, the result of an older health check is ignored, and the checks continue",
  async (news, before, after) => {
    const { connection, sawAnswer, sawNoAnswer } = await open();
    let respond = (_: Response) => {};
    answers = [
      () =>
        new Promise((resolve) => {
          respond = resolve;
        }),
    ];
    connection.set(before);
    await vi.advanceTimersByTimeAsync(3000);
    if (news === "a request without an answer") sawNoAnswer();
    else sawAnswer(staleAnswer);
    respond(healthy.clone());
    await vi.advanceTimersByTimeAsync(2999);
    expect(connection.get()).toBe(after);
    answersWith(healthy);
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.get()).toBe("ok");
  },
);

it("requests without an answer do not postpone the next health check", async () => {
  const { connection, sawNoAnswer } = await open();
  answersWith(healthy);
  sawNoAnswer();
  await vi.advanceTimersByTimeAsync(2000);
  sawNoAnswer();
  await vi.advanceTimersByTimeAsync(999);
  expect(connection.get()).toBe("offline");
  await vi.advanceTimersByTimeAsync(1);
  expect(connection.get()).toBe("ok");
});

/** The addresses that images have fetched. */
const fetched: string[] = [];
const image = (src: string, values: object = {}) => ({
  currentSrc: src,
  complete: true,
  naturalWidth: 0,
  isConnected: true,
  ...values,
  get src() {
    return src;
  },
  set src(value: string) {
    fetched.push(value);
  },
});

it("images that failed to load are fetched again when the connection is back, and others are not", async () => {
  const { connection } = await open();
  vi.stubGlobal("document", {
    images: [
      image("/failed"),
      image("/shown", { naturalWidth: 320 }),
      image("/loading", { complete: false }),
      image("/not-yet", { currentSrc: "" }),
    ],
  });
  connection.set("down");
  expect(fetched).toEqual([]);
  connection.set("ok");
  expect(fetched).toEqual(["/failed"]);
});

it("an image that failed while the server answers is fetched again after waits that double, six times at most", async () => {
  await open();
  const photo = image("http://localhost/api/v1/images/1/low");
  for (const seconds of [2, 4, 8, 16, 32, 64]) {
    failed({ target: photo });
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(fetched).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(fetched.splice(0)).toEqual([photo.src]);
  }
  failed({ target: photo });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(fetched).toEqual([]);
});

it("an image that has loaded or left the page in the meantime is not fetched again, and neither is a picture of the page itself", async () => {
  await open();
  const [loaded, left] = [image("http://localhost/api/v1/images/1/low"), image("http://localhost/api/v1/images/2/low")];
  for (const target of [loaded, left, image("blob:http://localhost/3"), globalThis]) failed({ target });
  loaded.naturalWidth = 320;
  left.isConnected = false;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(fetched).toEqual([]);
});
