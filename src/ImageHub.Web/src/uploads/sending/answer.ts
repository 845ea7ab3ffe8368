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

/** What a response means for a file. */
export type AnswerKind =
  | "done"
  | "duplicate"
  | "failed"
  /** The file can be sent again later, after the server's `Retry-After` if it sent one. */
  | "busy"
  /** The offset is wrong, or another request is sending the file. The offset must be requested from the server. */
  | "elsewhere"
  /** The announcement's group or the file's upload address no longer exists. */
  | "gone"
  | "unreachable"
  | "signedOut";

export function kindOf({ status, body, imageId, isDuplicate }: Answer): AnswerKind {
  // 408: the request arrived too slowly.
  if (status === 0 || status === 408) return "unreachable";
  if (status >= 200 && status < 300) {
    if (isDuplicate) return "duplicate";
    return imageId ? "done" : "elsewhere";
  }
  if (status === 401) return "signedOut";
  if (status === 429 || (status >= 502 && status <= 504)) return "busy";
  if (status === 423 || body?.code === "offsetMismatch") return "elsewhere";
  if (body?.code === "duplicateContent") return "duplicate";
  return status === 404 ? "gone" : "failed";
}

/** `Retry-After` (RFC 9110): seconds, or a date. */
export function secondsOf(retryAfter: string | null, now = Date.now()): number | null {
  if (retryAfter === null || retryAfter.trim() === "") return null;
  const seconds = Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(retryAfter) - now) / 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
