import type { GridImage } from "../images/ImagesGrid";
import type { OwnImage } from "./queries";

/** The heights in pixels that the tier offers, ascending. */
export const heightsOf = ({ links }: OwnImage) =>
  Object.keys(links.thumbnails)
    .map(Number)
    .sort((a, b) => a - b);

/** Less high, a thumbnail looks coarse in the grid (pixels). */
const enough = 160;

/** An own image as the grid shows it: with the smallest thumbnail that is enough, or else the largest, or else the placeholder alone. */
export function shown(image: OwnImage): GridImage {
  const heights = heightsOf(image);
  const height = heights.find((each) => each >= enough) ?? heights.at(-1);
  const url = height === undefined ? undefined : image.links.thumbnails[height];
  // Never enlarged.
  const scale = height === undefined ? 1 : Math.min(1, height / image.height);
  const source = { url: url ?? image.placeholder, width: Math.max(1, Math.round(image.width * scale)) };
  return { ...image, low: source, high: source };
}
