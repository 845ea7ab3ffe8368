import { expect, test } from "vitest";
import { type Counted, count, nothing } from "./summary";

const file = (patch: Partial<Counted> = {}): Counted => ({
  ...{ status: "queued", size: 900_000, share: 0, isRefused: false, sent: 0, ...patch },
});

test("The weight of a file is its size plus an overhead", () => {
  const summary = nothing();
  count(summary, file(), true, 1);
  count(summary, file({ status: "sending", share: 0.5, sent: 450_000 }), true, 1);
  count(summary, file({ status: "done", share: 1, sent: 900_000 }), true, 1);
  expect(summary).toMatchObject({ total: 3, settled: 1, weight: 3_000_000, settledWeight: 1_450_000, sent: 1_350_000 });
});

test("A file that was settled before this run is listed but not counted", () => {
  const summary = nothing();
  count(summary, file({ status: "done", share: 1 }), false, 1);
  expect(summary.counts.done).toBe(1);
  expect(summary).toMatchObject({ total: 0, settled: 0, weight: 0 });
});

test("A refused file is not retryable", () => {
  const summary = nothing();
  count(summary, file({ status: "failed" }), true, 1);
  count(summary, file({ status: "failed", isRefused: true }), true, 1);
  expect(summary).toMatchObject({ settled: 2, retryable: 1 });
});

test("Removing all files results in an empty summary", () => {
  const summary = nothing();
  const files = [
    file(),
    file({ status: "processing", share: 1, sent: 9 }),
    file({ status: "failed" }),
    file({ status: "done" }),
  ];
  for (const times of [1, -1] as const) for (const each of files) count(summary, each, each.status !== "done", times);
  expect(summary).toEqual(nothing());
});
