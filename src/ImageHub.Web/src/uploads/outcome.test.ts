import { expect, test, vi } from "vitest";
import { en } from "../text/en";
import { outcomeOf, secondsOf } from "./outcome";

vi.mock("../text", () => ({ text: en }));

const { reasons } = en.uploads;
const of = (status: number, body: Parameters<typeof outcomeOf>[0]["body"] = null, retryAfter: string | null = null) =>
  outcomeOf({ status, body, retryAfter });

test.each([
  [of(201, { id: "1" }), { kind: "done", imageId: "1" }],
  [of(409, { code: "duplicateContent", existingId: "1" }), { kind: "duplicate" }],
  [of(409, { code: "duplicateFileName" }), { kind: "failed", reason: reasons.duplicateFileName }],
  [
    of(422, { code: "corruptImage", detail: "The jpeg file is cut." }),
    { kind: "failed", reason: reasons.corruptImage },
  ],
  [of(422, { code: "tooManyPixels", detail: "At most 100." }), { kind: "failed", reason: "At most 100." }],
  [of(415, { code: "unsupportedFormat", detail: "Send JPEG." }), { kind: "failed", reason: "Send JPEG." }],
  [of(413, { code: "fileTooLarge", detail: "52428800" }), { kind: "failed", reason: reasons.fileTooLarge }],
  [
    of(413, { code: "quotaExceeded", detail: "10 of 20 bytes are left." }),
    { kind: "failed", reason: "10 of 20 bytes are left." },
  ],
  [of(413), { kind: "failed", reason: reasons.fileTooLarge }],
  [of(404), { kind: "failed", reason: reasons.notFound, groupIsGone: true }],
  [of(403, { title: "Not allowed" }), { kind: "failed", reason: "Not allowed" }],
  [of(500), { kind: "failed", reason: reasons.refused(500) }],
  [of(401), { kind: "signedOut" }],
  [of(0), { kind: "unreachable" }],
  [of(429, null, "7"), { kind: "busy", seconds: 7 }],
  [of(503, null, "0"), { kind: "busy", seconds: 0 }],
  [of(502), { kind: "busy", seconds: null }],
])("An answer's meaning %#", (outcome, expected) => {
  expect(outcome).toEqual(expected);
});

test.each([
  ["3", 3],
  [" 3 ", 3],
  ["Thu, 01 Jan 1970 00:01:30 GMT", 30],
  ["Thu, 01 Jan 1970 00:00:30 GMT", 0],
  ["soon", null],
  ["", null],
  [null, null],
])("Retry-After '%s' is %s seconds", (value, expected) => {
  expect(secondsOf(value, 60_000)).toBe(expected);
});
