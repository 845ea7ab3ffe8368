import { useSite } from "../site/site";

/** The hosts to which the server accepts keys over plain http. */
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The address for WebDAV apps: below the site's public address or, without one, below the page's. Undefined if the server would refuse it for lack of https.
 *
 * @param isOwn whether the address is for the user's own images, not for all groups.
 */
export function useDavAddress(isOwn: boolean) {
  const site = useSite();
  const { origin, protocol, hostname } = new URL(site?.publicUrl ?? window.location.origin);
  if (protocol !== "https:" && !loopback.test(hostname)) return undefined;
  return `${origin}/dav/${isOwn ? "me/" : ""}`;
}
