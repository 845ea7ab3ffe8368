const shown = new Set(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"]);

/** Whether all browsers decode the format. Most decode neither TIFF nor HEIC. */
export const browserShows = (contentType: string) => shown.has(contentType);

/** Adds a query parameter to an address. */
export const withParameter = (url: string, parameter: string) => `${url}${url.includes("?") ? "&" : "?"}${parameter}`;

/** The address of a full image as a JPEG of the same size, which the server creates for formats that browsers do not show. */
export const jpegOf = (url: string) => withParameter(url, "format=jpeg");

/** "TIFF" for `image/tiff`. */
export const formatName = (contentType: string) => contentType.replace("image/", "").toUpperCase();

const byExtension: Record<string, string> = { tif: "tiff", tiff: "tiff", heic: "heic", heif: "heic", hif: "heic" };

/** The content type of a TIFF or HEIC image by its file name, whose extension the server corrects; `image/jpeg` for all other images. */
export function contentTypeOf(fileName: string) {
  const extension = fileName.split(".").at(-1)?.toLowerCase() ?? "";
  return `image/${byExtension[extension] ?? "jpeg"}`;
}
