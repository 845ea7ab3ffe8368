const shown = new Set(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"]);

/** Whether browsers decode the format: they show no TIFF, and few show HEIC. */
export const browserShows = (contentType: string) => shown.has(contentType);

/** The address with a further parameter. */
export const withParameter = (url: string, parameter: string) => `${url}${url.includes("?") ? "&" : "?"}${parameter}`;

/** The JPEG of a full image, of the same size: the server makes it of what browsers do not show. */
export const jpegOf = (url: string) => withParameter(url, "format=jpeg");

/** "TIFF" for `image/tiff`. */
export const formatName = (contentType: string) => contentType.replace("image/", "").toUpperCase();

const byExtension: Record<string, string> = { tif: "tiff", tiff: "tiff", heic: "heic", heif: "heic", hif: "heic" };

/** The content type of an image by its name: of those that browsers do not show the server has made the extension that of the content. */
export function contentTypeOf(fileName: string) {
  const extension = fileName.split(".").at(-1)?.toLowerCase() ?? "";
  return `image/${byExtension[extension] ?? "jpeg"}`;
}
