import { answer, api, type Schemas } from "../api/client";
import { Problem } from "../api/problem";
import { inVisit, needsPassword } from "../links/queries";
import { reason } from "../shell/Failure";
import { duration } from "../text/format";
import { guestText } from "../text/guest";

/** The source of a ZIP: a group or a shared link. */
export type ArchiveOf = { groupId: string } | { token: string };

/** The maximum number of ids in a request for a ZIP. Without ids the ZIP contains all photos. */
export const maxIds = 1000;

/** The longest side of a `high` rendition in pixels: the server's default. */
export const highPixels = 1400;

/**
 * Creates a ZIP, whose address is valid for ten minutes. Without `ids` the ZIP contains all photos. The server may need
 * several requests to place watermarks, and asks for the next request after a second.
 */
export async function createArchive(
  of: ArchiveOf,
  variant: "full" | "high",
  ids: string[] | undefined,
  signal: AbortSignal,
): Promise<Schemas["NewArchive"]> {
  const body = { variant, ...(ids && { ids }) };
  while (true) {
    try {
      return await ("token" in of
        ? inVisit(of.token, () =>
            answer(api.POST("/api/v1/shared/{token}/archives", { params: { path: of }, body, signal })),
          )
        : answer(api.POST("/api/v1/groups/{id}/archives", { params: { path: { id: of.groupId } }, body, signal })));
    } catch (error) {
      if (!(error instanceof Problem && error.code === "serverBusy" && error.retryAfter === 1) || signal.aborted)
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** The reason why no ZIP was created, as a sentence. */
export function explainArchive(error: unknown): string {
  const words = guestText.download;
  if (!(error instanceof Problem)) return `${words.failed} ${reason(error)}`;
  if (needsPassword(error)) return `${words.failed} ${guestText.links.locked}.`;
  if (error.isTemporary && error.retryAfter !== null) return words.busy(duration(error.retryAfter));
  return error.status === 404 ? words.gone : `${words.failed} ${reason(error)}`;
}
