import { afterEach, beforeEach, expect, it, vi } from "vitest";

const refresh = vi.fn(async (_: string) => Response.json({ expiresIn: 30 }));

/** A page that has just loaded. */
const open = () => import("./session");

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  vi.stubGlobal("fetch", refresh.mockClear());
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("document", { visibilityState: "hidden" });
  vi.stubGlobal("navigator", {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("renews a short access token after half of its lifetime, and not before each request", async () => {
  const { began, renewIfDue, session } = await open();
  began(30, "1");
  vi.advanceTimersByTime(14_000);
  await renewIfDue();
  expect(refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  await renewIfDue();
  await renewIfDue();
  expect(refresh.mock.calls.map(([path]) => path)).toEqual(["/api/v1/auth/refresh"]);
  expect(session.get()).toMatchObject({ state: "signedIn", since: "1" });
});

it("renews a long access token a minute before it expires", async () => {
  const { began, renewIfDue } = await open();
  began(900);
  vi.advanceTimersByTime(839_000);
  await renewIfDue();
  expect(refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  await renewIfDue();
  expect(refresh).toHaveBeenCalledTimes(1);
});
