import { answer, api, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { reason } from "../shell/Failure";
import { duration } from "../text/format";
import { guestText } from "../text/guest";

/** What a ZIP is made of: a group, or one that is shared. */
export type ArchiveOf = { groupId: string } | { token: string };

/** The most photos that can be named for a ZIP; without names it has all. */
export const mostNamed = 1000;

/** The longest side of what is downloaded as `high`, in pixels, as the server is set up by default. */
export const highPixels = 1400;

/** Has a ZIP made, whose address is good for ten minutes. `ids` absent: of all photos. */
export function createArchive(
  of: ArchiveOf,
  variant: "full" | "high",
  ids: string[] | undefined,
  signal: AbortSignal,
): Promise<Schemas["NewArchive"]> {
  const body = { variant, ...(ids && { ids }) };
  return answer(
    "token" in of
      ? api.POST("/api/v1/shared/{token}/archives", { params: { path: of }, body, signal })
      : api.POST("/api/v1/groups/{id}/archives", { params: { path: { id: of.groupId } }, body, signal }),
  );
}

/** Why there is no ZIP, in a sentence. */
export function explainArchive(error: unknown): string {
  const words = guestText.download;
  if (!(error instanceof Problem)) return `${words.failed} ${reason(error)}`;
  if (error.isTemporary && error.retryAfter !== null) return words.busy(duration(error.retryAfter));
  return error.status === 404 ? words.gone : `${words.failed} ${reason(error)}`;
}
