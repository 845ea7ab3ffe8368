import { text } from "../text";

/** An answer, as little of it as matters here; status 0: none came. */
export interface Answer {
  status: number;
  body: { code?: string; detail?: string; title?: string; id?: string; existingId?: string } | null;
  retryAfter: string | null;
}

/** What an answer means for a file. */
export type Outcome =
  | { kind: "done"; imageId: string }
  | { kind: "duplicate" }
  | { kind: "failed"; reason: string; groupIsGone?: boolean }
  /** The same again later: in so many seconds, where the server said so. */
  | { kind: "busy"; seconds: number | null }
  | { kind: "unreachable" }
  | { kind: "signedOut" };

export function outcomeOf({ status, body, retryAfter }: Answer): Outcome {
  if (status === 0) return { kind: "unreachable" };
  if (status >= 200 && status < 300) return { kind: "done", imageId: body?.id ?? "" };
  if (status === 401) return { kind: "signedOut" };
  if (status === 429 || (status >= 502 && status <= 504)) return { kind: "busy", seconds: secondsOf(retryAfter) };
  const code = body?.code ?? "";
  if (code === "duplicateContent") return { kind: "duplicate" };
  if (status === 404) return { kind: "failed", reason: text.uploads.reasons.notFound, groupIsGone: true };
  return { kind: "failed", reason: reasonOf(code, body?.detail || body?.title, status) };
}

function reasonOf(code: string, detail: string | undefined, status: number): string {
  const { reasons } = text.uploads;
  if (code === "duplicateFileName" || code === "corruptImage") return reasons[code];
  // Also without a code: a proxy in front may have a smaller limit than the API. Over the quota, the server says what is left.
  if (status === 413 && code !== "quotaExceeded") return reasons.fileTooLarge;
  // The server's own words name what it accepts and how much.
  return detail ?? reasons.refused(status);
}

/** `Retry-After` (RFC 9110): seconds, or a date. */
export function secondsOf(retryAfter: string | null, now = Date.now()): number | null {
  if (retryAfter === null || retryAfter.trim() === "") return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(retryAfter) - now) / 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
