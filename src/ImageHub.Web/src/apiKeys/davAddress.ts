/**
 * The address for WebDAV apps.
 *
 * @param isOwn whether it is for a user's own images, rather than for all groups.
 */
export const davAddress = (isOwn: boolean) => `${window.location.origin}/dav/${isOwn ? "me/" : ""}`;
