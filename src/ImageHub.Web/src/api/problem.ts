/** What a link with a password shows before it. */
interface LinkPreview {
  title: string;
  cover: { url: string; width: number; height: number } | null;
}

/** An error answer of the API: a problem document (RFC 9457), or what a proxy sent in its place. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    /** The stable camelCase word, "" where the answer had none. */
    readonly code: string,
    detail: string,
    /** Field → what is wrong with it. */
    readonly errors: Record<string, string[]>,
    /** Seconds to wait, where the server said so. */
    readonly retryAfter: number | null,
    readonly requestId: string | null,
    /** What a link with a password shows before it. */
    readonly preview: LinkPreview | null = null,
  ) {
    super(detail);
  }

  /** The caller can try the same again later. */
  get isTemporary() {
    return this.status === 429 || this.status >= 502;
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Reads the error answer; never throws. */
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
  );
}

/** Whether the error says that there is nothing (or nothing for this caller) at the address. */
export const isMissing = (error: unknown) => error instanceof Problem && error.status === 404;

/** Whether the error says that nobody is signed in. */
export const isSignedOut = (error: unknown) => error instanceof Problem && error.status === 401;

/** Whether the same may work a little later. */
export const isTemporary = (error: unknown) =>
  error instanceof Unreachable || (error instanceof Problem && error.isTemporary);
