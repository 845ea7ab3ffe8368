import { Problem } from "../api/problem";
import { reason } from "../shell/Failure";
import { text } from "../text";
import { duration } from "../text/format";

/** The reason a form was refused, as a sentence; for a rate limit, how long to wait. */
export const explainRefusal = (error: unknown) =>
  error instanceof Problem && error.status === 429
    ? text.account.tooMany(duration(error.retryAfter ?? 60))
    : reason(error);
