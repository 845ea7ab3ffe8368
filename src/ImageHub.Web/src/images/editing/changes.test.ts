import { beforeEach, expect, it, vi } from "vitest";

const answers = vi.hoisted(() => [] as (Error | { items: { id: string; status: number; error?: string }[] })[]);
const told = vi.hoisted(() => [] as string[]);
vi.mock("../../api/client", () => ({
  api: { POST: () => undefined },
  answer: async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  },
}));
vi.mock("../../api/queries", () => ({ queryClient: {} }));
vi.mock("../../design/overlays/toasts", () => ({
  tell: () => undefined,
  tellFailure: (what: string) => told.push(what),
}));
vi.mock("../../text/mine", () => ({ mineText: {} }));

const { bulk } = await import("./changes");

const ids = Array.from({ length: 1500 }, (_, index) => String(index));
const all = (part: string[]) => ({ items: part.map((id) => ({ id, status: 204 })) });
const failed = (images: number) => `${images} failed.`;

beforeEach(() => {
  answers.length = 0;
  told.length = 0;
});

it("returns the ids of the requests that succeeded before a request failed", async () => {
  answers.push(all(ids.slice(0, 1000)), new Error("away"));
  expect(await bulk({ action: "delete" }, ids, failed)).toEqual(ids.slice(0, 1000));
  expect(told).toEqual(["500 failed."]);
});

it("throws the error if the first request fails", async () => {
  answers.push(new Error("away"));
  await expect(bulk({ action: "delete" }, ids, failed)).rejects.toThrow("away");
  expect(told).toEqual([]);
});

it("reports the number of rejected images and the reason", async () => {
  answers.push({
    items: [
      { id: "0", status: 204 },
      { id: "1", status: 409, error: "It is gone." },
    ],
  });
  expect(await bulk({ action: "delete" }, ["0", "1"], failed)).toEqual(["0"]);
  expect(told).toEqual(["1 failed. It is gone."]);
});
