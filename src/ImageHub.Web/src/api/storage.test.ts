import { afterEach, expect, it, vi } from "vitest";
import { forAllTabs } from "./storage";

afterEach(() => vi.unstubAllGlobals());

function stubStorage(capacity: number) {
  const stored = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > capacity) throw new DOMException("Full", "QuotaExceededError");
      stored.set(key, value);
    },
    removeItem: (key: string) => stored.delete(key),
  });
  return stored;
}

it("stores, reads and removes a value", () => {
  const stored = stubStorage(100);
  forAllTabs.set("a", "1");
  expect([forAllTabs.get("a"), stored.get("a")]).toEqual(["1", "1"]);
  forAllTabs.set("a");
  expect([forAllTabs.get("a"), stored.has("a")]).toEqual([null, false]);
});

it("keeps a value that a full storage refuses, in place of the stored one", () => {
  const stored = stubStorage(3);
  forAllTabs.set("b", "old");
  forAllTabs.set("b", "longer");
  expect([forAllTabs.get("b"), stored.get("b")]).toEqual(["longer", "old"]);
  forAllTabs.set("b", "new");
  expect([forAllTabs.get("b"), stored.get("b")]).toEqual(["new", "new"]);
});

it("keeps values while the browser blocks its storage", () => {
  vi.stubGlobal("localStorage", undefined);
  forAllTabs.set("c", "1");
  expect(forAllTabs.get("c")).toBe("1");
  forAllTabs.set("c");
  expect(forAllTabs.get("c")).toBeNull();
});
