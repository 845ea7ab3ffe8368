import { Problem } from "../api/problem";
import { reason } from "../shell/Failure";
import { text } from "../text";
import { duration } from "../text/format";

/** The reason why a request failed, as a sentence. For a rate limit, the sentence states the time to wait. */
export const explainRefusal = (error: unknown) =>
  error instanceof Problem && error.status === 429
    ? text.account.tooMany(duration(error.retryAfter ?? 60))
    : reason(error);
