/**
 * The address for WebDAV apps.
 *
 * @param isOwn whether the address is for the user's own images, not for all groups.
 */
export const davAddress = (isOwn: boolean) => `${window.location.origin}/dav/${isOwn ? "me/" : ""}`;
