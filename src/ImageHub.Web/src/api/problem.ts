/** The preview of a link before its password is entered. */
interface LinkPreview {
  title: string;
  cover: { url: string; width: number; height: number } | null;
}

/** An error response of the API: a problem document (RFC 9457), or a proxy's response instead. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    /** The stable camelCase error code; "" if the response has none. */
    readonly code: string,
    detail: string,
    /** Error messages by field. */
    readonly errors: Record<string, string[]>,
    /** Seconds to wait, if the server sent them. */
    readonly retryAfter: number | null,
    readonly requestId: string | null,
    /** The preview of a link before its password is entered. */
    readonly preview: LinkPreview | null = null,
    /** The image that has the same name or content, if any. */
    readonly existingId: string | null = null,
  ) {
    super(detail);
  }

  /** Whether the same request may succeed later. */
  get isTemporary() {
    return this.status === 429 || this.status >= 502;
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Reads an error response. Never throws. */
export async function problemOf(response: Response): Promise<Problem> {
  const document = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const errors: Record<string, string[]> = document?.errors ?? {};
  const fields = Object.values(errors).flat();
  return new Problem(
    response.status,
    document?.code ?? "",
    fields.length > 0 ? fields.join(" ") : (document?.detail ?? document?.title ?? response.statusText),
    errors,
    Number.isFinite(seconds) ? seconds : null,
    document?.requestId ?? response.headers.get("X-Request-Id"),
    document?.preview ?? null,
    document?.existingId ?? null,
  );
}

/** Whether the error is a 404: the resource does not exist, or the caller may not see it. */
export const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

/** Whether the error says that the request needs a session. */
export const isSignedOut = (error: unknown) => error instanceof Problem && error.status === 401;

/** Whether the same request may succeed a little later. */
export const isTemporary = (error: unknown) =>
  error instanceof Unreachable || (error instanceof Problem && error.isTemporary);
