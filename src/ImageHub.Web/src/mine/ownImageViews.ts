import type { GridImage } from "../images/editing/ImagesGrid";
import { browserShows, contentTypeOf, jpegOf } from "../images/imageFormats";
import type { ViewerPhoto } from "../images/viewer/viewerPhoto";
import type { OwnImage } from "./queries";

/** The heights of the available thumbnails in pixels, ascending. */
export const heightsOf = ({ links }: OwnImage) =>
  Object.keys(links.thumbnails)
    .map(Number)
    .sort((a, b) => a - b);

/** The minimum height of a thumbnail that is sharp in the grid, in pixels. */
const enough = 160;

/** A thumbnail by its height, or the placeholder. */
function source(image: OwnImage, height: number | undefined) {
  const url = height === undefined ? undefined : image.links.thumbnails[height];
  // Thumbnails are never enlarged.
  const scale = height === undefined ? 1 : Math.min(1, height / image.height);
  const pixels = (side: number) => Math.max(1, Math.round(side * scale));
  return { url: url ?? image.placeholder, width: pixels(image.width), height: pixels(image.height) };
}

/** An own image for the grid: the smallest sufficient thumbnail, otherwise the largest thumbnail, otherwise the placeholder. */
export function gridImageFrom(image: OwnImage): GridImage {
  const heights = heightsOf(image);
  const small = source(image, heights.find((each) => each >= enough) ?? heights.at(-1));
  return { ...image, low: small, medium: small, high: small };
}

/**
 * An own image for the viewer: the largest thumbnail, and if the tier allows it the full image, for windows and zooms that
 * need more pixels.
 */
export function viewerPhotoFrom(image: OwnImage): ViewerPhoto {
  const largest = source(image, heightsOf(image).at(-1));
  const { full: url } = image.links;
  if (!url) return { ...image, ...gridImageFrom(image), high: largest };
  const full = { url, width: image.width, height: image.height, contentType: contentTypeOf(image.fileName) };
  return {
    ...image,
    ...gridImageFrom(image),
    medium: largest,
    high: { ...full, url: browserShows(full.contentType) ? url : jpegOf(url) },
    full,
  };
}
