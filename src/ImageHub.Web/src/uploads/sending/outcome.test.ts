import { expect, test, vi } from "vitest";
import { en } from "../../text/mine.en";
import { type Answer, secondsOf } from "./answer";
import { outcomeOf, reasonOf } from "./outcome";

vi.mock("../../text/mine", () => ({ mineText: en }));
vi.mock("../../text/format", () => ({ bytes: (value: number) => `${value / 1_000_000} MB` }));

const { reasons } = en.uploads;
const of = (status: number, body: Answer["body"] = null, rest: Partial<Answer> = {}) =>
  outcomeOf({ status, body, retryAfter: null, ...rest });
const failed = (reason: string) => ({ kind: "failed", reason, isFinal: true });

test.each([
  [of(204, null, { imageId: "1" }), { kind: "done", imageId: "1" }],
  [of(204, null, { imageId: "1", isDuplicate: true }), { kind: "duplicate" }],
  [of(200, null, { offset: 5 }), { kind: "elsewhere" }],
  [of(409, { code: "offsetMismatch" }), { kind: "elsewhere" }],
  [of(423), { kind: "elsewhere" }],
  [of(408, { code: "requestTimeout" }), { kind: "unreachable" }],
  [of(409, { code: "duplicateFileName" }), failed(reasons.duplicateFileName)],
  [of(422, { code: "corruptImage", detail: "The jpeg file is cut." }), failed(reasons.corruptImage)],
  [of(422, { code: "tooManyPixels", detail: "At most 100." }), failed("At most 100.")],
  [of(415, { code: "unsupportedFormat", detail: "Send JPEG." }), failed("Send JPEG.")],
  [of(413, { code: "fileTooLarge", detail: "52428800" }), failed(reasons.fileTooLarge)],
  [of(413, { code: "quotaExceeded", detail: "10 of 20 bytes are left." }), failed("10 of 20 bytes are left.")],
  [
    of(413, { code: "quotaExceeded", detail: "Your deleted images use 90 bytes.", bytesLeft: 0 }),
    failed("Your deleted images use 90 bytes."),
  ],
  [
    of(413, { code: "quotaExceeded", detail: "10 of 20 bytes are left.", bytesLeft: 3_000_000 }),
    failed(reasons.quotaLeft("3 MB")),
  ],
  [of(413), failed(reasons.fileTooLarge)],
  [of(404), { kind: "gone" }],
  [of(403, { title: "Not allowed" }), failed("Not allowed")],
  [of(410), failed(reasons.refused(410))],
  [of(500), { kind: "failed", reason: reasons.refused(500), isFinal: false }],
  [of(401), { kind: "signedOut" }],
  [of(0), { kind: "unreachable" }],
  [of(429, null, { retryAfter: "7" }), { kind: "busy", seconds: 7 }],
  [of(503, null, { retryAfter: "0" }), { kind: "busy", seconds: 0 }],
  [of(502), { kind: "busy", seconds: null }],
])("Answer %# has the expected outcome", (outcome, expected) => {
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

test.each([
  ["duplicateFileName", reasons.duplicateFileName],
  ["fileTooLarge", reasons.fileTooLarge],
  ["quotaExceeded", reasons.quotaExceeded],
  ["corruptImage", reasons.corruptImage],
])("The code %s has a text without the server's detail", (code, expected) => {
  expect(reasonOf(code, undefined, 409)).toBe(expected);
});
