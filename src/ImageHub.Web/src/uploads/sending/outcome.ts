import { bytes } from "../../text/format";
import { mineText } from "../../text/mine";

/** The relevant parts of a response; status 0 without a response. */
export interface Answer {
  status: number;
  body: { code?: string; detail?: string; title?: string; bytesLeft?: number } | null;
  retryAfter: string | null;
  /** The number of bytes that the server has. */
  offset?: number | null;
  /** The id of the uploaded image, or of the existing image with the same bytes. */
  imageId?: string | null;
  isDuplicate?: boolean;
}

/** The result of a response for a file. */
export type Outcome =
  /** `remark`: the reason why the server refused the photo's sidecar. */
  | { kind: "done"; imageId: string; remark?: string | null }
  | { kind: "duplicate" }
  /** `isFinal`: the server's refusal is final, and another try needs a new announcement. */
  | { kind: "failed"; reason: string; isFinal?: boolean }
  /** Retry later, after the server's `Retry-After` if it sent one. */
  | { kind: "busy"; seconds: number | null }
  /** The offset is wrong, or another request is sending the file. The offset must be requested from the server. */
  | { kind: "elsewhere" }
  /** The announcement's group or the file's upload address no longer exists. */
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

/** The reason for a rejection, from the error code or the server's text. */
export function reasonOf(code: string, detail: string | undefined, status: number, bytesLeft?: number): string {
  const { reasons } = mineText.uploads;
  if (code === "duplicateFileName" || code === "corruptImage") return reasons[code];
  // If nothing is left, the server's text says whether deleted images are the cause.
  if (code === "quotaExceeded")
    return bytesLeft ? reasons.quotaLeft(bytes(bytesLeft)) : (detail ?? reasons.quotaExceeded);
  // A proxy with a lower limit than the API answers 413 without a code.
  if (status === 413 || code === "fileTooLarge") return reasons.fileTooLarge;
  // The server's text names the accepted values and limits.
  return detail ?? reasons.refused(status);
}

/** `Retry-After` (RFC 9110): seconds, or a date. */
export function secondsOf(retryAfter: string | null, now = Date.now()): number | null {
  if (retryAfter === null || retryAfter.trim() === "") return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(retryAfter) - now) / 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
