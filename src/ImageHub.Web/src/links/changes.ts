import { change, readAgain } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";
import { changeItems, type Pages } from "../api/pages";
import { isMissing } from "../api/problem";
import { queryClient } from "../api/queries";
import { tell, tellFailure } from "../design/overlays/toasts";
import { guestText } from "../text/guest";
import { mineText } from "../text/mine";
import { type GuestLink, linkById, links } from "./queries";

/** The absolute address of a link. */
export const absolute = (url: string) => new URL(url, location.origin).href;

/** The lists to reload when a link changes; the list of groups shows each group's number of links. */
const showingLinks = [links.queryKey, keys.deskGroups];

/** Creates a link to a group. */
export async function shareGroup(id: string, body: Schemas["CreateGroupLink"]) {
  const link = await answer(api.POST("/api/v1/groups/{id}/links", { params: { path: { id } }, body }));
  readAgain(showingLinks);
  return link;
}

/** Changes a group's link. The link's address stays the same. */
export async function updateLink(id: string, body: Schemas["UpdateLink"]) {
  await answer(api.PATCH("/api/v1/links/{id}", { params: { path: { id } }, body }));
  await readAgain([...showingLinks, keys.link(id)]);
  tell(guestText.links.saved);
}

/** Ends a link at once. A link that no longer exists counts as ended. */
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

/** Copies a link's address, or reports that there is no address or no clipboard. */
export async function copyAddress({ id }: GuestLink) {
  const found = queryClient.fetchQuery(linkById(id));
  const address = found.then(({ url }) => {
    if (!url) throw new Error("The link has no address.");
    return new Blob([absolute(url)], { type: "text/plain" });
  });
  try {
    // Safari allows writing to the clipboard only during the click, so the clipboard gets a promise of the address.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": address })]);
    tell(mineText.copied);
  } catch (error) {
    const link = await found.catch(() => undefined);
    await address.catch(() => undefined);
    if (link && !link.url) tellFailure(guestText.links.noAddress);
    else tellFailure(guestText.links.notCopied, error);
  }
}
