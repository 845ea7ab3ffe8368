import { expect, it } from "vitest";
import { localTime, secondsOf, shifted, takenAtOf } from "./takenTime";

it("keeps the UTC offset of an edited time", () => {
  expect(localTime("2026-05-01T12:34:56+02:00")).toBe("2026-05-01T12:34:56");
  expect(takenAtOf("2026-05-01T13:00:05", "2026-05-01T12:34:56+02:00")).toBe("2026-05-01T13:00:05+02:00");
  expect(takenAtOf("2026-05-01T13:00", "2026-05-01T12:34:56")).toBe("2026-05-01T13:00:00");
  expect(takenAtOf("2026-05-01T13:00", null)).toBe("2026-05-01T13:00:00");
  expect(takenAtOf("", "2026-05-01T12:34:56+02:00")).toBeNull();
});

it("shifts the camera's local time across the ends of days and years", () => {
  expect(shifted("2026-12-31T23:30:00+02:00", secondsOf({ days: 0, hours: 1, minutes: 0 }))).toBe(
    "2027-01-01T00:30:00",
  );
  expect(shifted("2026-03-01T00:10:00", -secondsOf({ days: 1, hours: 0, minutes: 11 }))).toBe("2026-02-27T23:59:00");
});
