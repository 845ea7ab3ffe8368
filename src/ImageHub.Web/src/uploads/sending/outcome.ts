import { bytes } from "../../text/format";
import { mineText } from "../../text/mine";

/** An answer, as little of it as matters here; status 0: none came. */
export interface Answer {
  status: number;
  body: { code?: string; detail?: string; title?: string; bytesLeft?: number } | null;
  retryAfter: string | null;
  /** How many bytes the server has. */
  offset?: number | null;
  /** The image that the file became, or that has the same bytes. */
  imageId?: string | null;
  isDuplicate?: boolean;
}

/** What an answer means for a file. */
export type Outcome =
  | { kind: "done"; imageId: string }
  | { kind: "duplicate" }
  /** `isFinal`: the server refused it for good, and must be told of it anew to be asked again. */
  | { kind: "failed"; reason: string; isFinal?: boolean }
  /** The same again later: in so many seconds, where the server said so. */
  | { kind: "busy"; seconds: number | null }
  /** The file is further, or less far, than was thought: ask. */
  | { kind: "elsewhere" }
  /** What was asked for is not there any more: of an announcement the group, of a file's address no more than that address. */
  | { kind: "gone" }
  | { kind: "unreachable" }
  | { kind: "signedOut" };

export function outcomeOf({ status, body, retryAfter, imageId, isDuplicate }: Answer): Outcome {
  if (status === 0) return { kind: "unreachable" };
  if (status >= 200 && status < 300) {
    if (isDuplicate) return { kind: "duplicate" };
    return imageId ? { kind: "done", imageId } : { kind: "elsewhere" };
  }
  if (status === 401) return { kind: "signedOut" };
  if (status === 429 || (status >= 502 && status <= 504)) return { kind: "busy", seconds: secondsOf(retryAfter) };
  const code = body?.code ?? "";
  if (status === 423 || code === "offsetMismatch") return { kind: "elsewhere" };
  if (code === "duplicateContent") return { kind: "duplicate" };
  if (status === 404) return { kind: "gone" };
  return {
    kind: "failed",
    reason: reasonOf(code, body?.detail || body?.title, status, body?.bytesLeft),
    isFinal: status < 500,
  };
}

/** Why a file is not taken. Without words of the server's, its code has to do. */
export function reasonOf(code: string, detail: string | undefined, status: number, bytesLeft?: number): string {
  const { reasons } = mineText.uploads;
  if (code === "duplicateFileName" || code === "corruptImage") return reasons[code];
  if (code === "quotaExceeded")
    return bytesLeft === undefined ? (detail ?? reasons.quotaExceeded) : reasons.quotaLeft(bytes(bytesLeft));
  // Also without a code: a proxy in front may have a smaller limit than the API.
  if (status === 413 || code === "fileTooLarge") return reasons.fileTooLarge;
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
