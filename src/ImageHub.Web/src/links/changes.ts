import { change, readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { isMissing } from "../api/problem";
import { tell } from "../design/toasts";
import { guestText } from "../text/guest";
import { type GuestLink, links } from "./queries";

/** A link's address, whole. */
export const absolute = (url: string) => new URL(url, location.origin).href;

/** The list of groups says how many links each has. */
const showingLinks = [links.queryKey, keys.deskGroups];

/** Shares a group. */
export async function shareGroup(
  id: string,
  body: { expiresInSeconds?: number; password?: string; maxViews?: number; favourites?: boolean },
) {
  const link = await answer(api.POST("/api/v1/groups/{id}/links", { params: { path: { id } }, body }));
  readAgain(showingLinks);
  return link;
}

/** Ends a link at once, everywhere; one that is gone already has ended. */
export async function endLink({ id }: GuestLink) {
  const ended = await change<Pages<GuestLink>>({
    queryKey: links.queryKey,
    update: changeItems<GuestLink>((items) => items.filter((link) => link.id !== id)),
    save: async () => {
      await answer(api.DELETE("/api/v1/links/{id}", { params: { path: { id } } })).catch((error) => {
        if (!isMissing(error)) throw error;
      });
    },
    failed: guestText.links.notEnded,
    touches: showingLinks,
  });
  if (ended) tell(guestText.links.ended);
}
