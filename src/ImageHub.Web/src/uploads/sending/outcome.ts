import { bytes } from "../../text/format";
import { mineText } from "../../text/mine";
import { type Answer, kindOf, secondsOf } from "./answer";

/** The result of a response for a file, by its kind. */
export type Outcome =
  /** `remark`: the reason why the server refused the photo's sidecar. */
  | { kind: "done"; imageId: string; remark?: string | null }
  | { kind: "duplicate" }
  /** `isFinal`: the server's refusal is final, and another try needs a new announcement. */
  | { kind: "failed"; reason: string; isFinal?: boolean }
  | { kind: "busy"; seconds: number | null }
  | { kind: "elsewhere" }
  | { kind: "gone" }
  | { kind: "unreachable" }
  | { kind: "signedOut" };

export function outcomeOf(answer: Answer): Outcome {
  const { status, body, retryAfter, imageId } = answer;
  const kind = kindOf(answer);
  switch (kind) {
    case "done":
      return { kind, imageId: imageId ?? "" };
    case "busy":
      return { kind, seconds: secondsOf(retryAfter) };
    case "failed":
      return {
        kind,
        reason: reasonOf(body?.code ?? "", body?.detail || body?.title, status, body?.bytesLeft),
        isFinal: status < 500,
      };
    default:
      return { kind };
  }
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
