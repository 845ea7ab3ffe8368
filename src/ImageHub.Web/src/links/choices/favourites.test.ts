import { beforeEach, expect, it, vi } from "vitest";
import { keys } from "../../api/keys";

vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal("location", { origin: "http://localhost" });
const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => kept.set(name, value),
  removeItem: (name: string) => kept.delete(name),
});
const asked = vi.hoisted(() => [] as { name: string; end: (error?: Error) => void; answer: (body: unknown) => void }[]);
const ask = vi.hoisted(
  () => (method: string) => (_: string, init?: { params: { path: { imageId?: string } } }) =>
    new Promise((resolve, reject) => {
      asked.push({
        name: `${method} ${init?.params.path.imageId ?? "choice"}`,
        end: (error) => (error ? reject(error) : resolve(undefined)),
        answer: resolve,
      });
    }),
);
vi.mock("../../api/client", () => ({
  api: { PUT: ask("PUT"), DELETE: ask("DELETE"), POST: ask("POST"), GET: ask("GET") },
  answer: (call: unknown) => call,
}));
vi.mock("../../api/queries", async () => {
  const { QueryClient } = await import("@tanstack/react-query");
  return { queryClient: new QueryClient() };
});
vi.mock("../../shell/Failure", () => ({ reason: String }));
vi.mock("../../text/guest", async () => ({ guestText: (await import("../../text/guest.en")).en }));

const { isChanged, setFavourite, standing, submitFavourites, withItem } = await import("./favourites");
const { queryClient } = await import("../../api/queries");

const key = keys.favourites("t");
const items = () => queryClient.getQueryData<{ items: unknown[] }>(key)?.items;
const show = (...shown: { imageId: string; note: string | null }[]) =>
  queryClient.setQueryData(key, { items: shown, name: null, submittedAt: null });

/** The next request that was sent. */
async function next() {
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
  return asked.shift() as (typeof asked)[number];
}

beforeEach(() => {
  asked.length = 0;
  kept.clear();
  standing.set({});
});

it("rolls a failed change back to the state that the previous change saved", async () => {
  show();
  const chosen = setFavourite("t", "a", "");
  const taken = setFavourite("t", "a", null);
  expect(items()).toEqual([]);
  (await next()).end();
  await chosen;
  (await next()).end(new Error("gone"));
  expect(await taken).toBe(false);
  expect(items()).toEqual([{ imageId: "a", note: null }]);
});

it("keeps a saved note when removing the photo fails", async () => {
  show({ imageId: "a", note: null });
  const noted = setFavourite("t", "a", "large");
  const taken = setFavourite("t", "a", null);
  (await next()).end();
  await noted;
  (await next()).end(new Error("gone"));
  await taken;
  expect(items()).toEqual([{ imageId: "a", note: "large" }]);
});

it("rolls back to the original state when two changes fail", async () => {
  show({ imageId: "a", note: "small" });
  const changes = [setFavourite("t", "a", "large"), setFavourite("t", "a", null)];
  (await next()).end(new Error("gone"));
  (await next()).end(new Error("gone"));
  await Promise.all(changes);
  expect(items()).toEqual([{ imageId: "a", note: "small" }]);
});

it("keeps a photo that is chosen while the choice is being submitted", async () => {
  show({ imageId: "a", note: null });
  const sent = submitFavourites("t", "Anna");
  const sending = await next();
  const chosen = setFavourite("t", "b", "");
  const saving = await next();
  saving.end();
  await chosen;
  sending.answer({ items: [{ imageId: "a", note: null }], name: "Anna", submittedAt: "2026-01-01T00:00:00Z" });
  await sent;
  expect(items()).toEqual([
    { imageId: "a", note: null },
    { imageId: "b", note: null },
  ]);
  expect(isChanged("t", "2026-01-01T00:00:00Z")).toBe(true);
  expect(queryClient.getQueryData(key)).toMatchObject({ name: "Anna" });
});

it("shows the server's choice if nothing was changed during the submission", async () => {
  show({ imageId: "a", note: null });
  standing.set({ failure: "not saved" });
  kept.set("imagehub.changed.t", "2025-12-31T00:00:00Z");
  const sent = submitFavourites("t", "Anna");
  (await next()).answer({ items: [], name: "Anna", submittedAt: "2026-01-01T00:00:00Z" });
  await sent;
  expect(items()).toEqual([]);
  expect(standing.get()).toEqual({});
  expect(kept.size).toBe(0);
});

it("remembers that a choice has changed since it was sent", async () => {
  queryClient.setQueryData(key, { items: [], name: "Anna", submittedAt: "2026-01-01T00:00:00Z" });
  expect(isChanged("t", "2026-01-01T00:00:00Z")).toBe(false);
  const chosen = setFavourite("t", "a", "");
  (await next()).end();
  await chosen;
  expect(isChanged("t", "2026-01-01T00:00:00Z")).toBe(true);
  // The choice was sent again in another browser.
  expect(isChanged("t", "2026-01-02T00:00:00Z")).toBe(false);
});

it("changes a chosen photo in place and adds a new photo at the end", () => {
  const [a, b] = [
    { imageId: "a", note: null },
    { imageId: "b", note: null },
  ];
  expect(withItem([a, b], "a", { imageId: "a", note: "x" })).toEqual([{ imageId: "a", note: "x" }, b]);
  expect(withItem([a], "b", b)).toEqual([a, b]);
  expect(withItem([a, b], "a", undefined)).toEqual([b]);
});
