const shown = new Set(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"]);

/** Whether browsers decode the format: they show no TIFF, and few show HEIC. */
export const browserShows = (contentType: string) => shown.has(contentType);

/** "TIFF" for `image/tiff`. */
export const formatName = (contentType: string) => contentType.replace("image/", "").toUpperCase();
