import type { Group, Photograph } from "../../api/client";

// The sizes of photos on the visitors' pages, which are known before the app has loaded.

/** The number of a page's photos on the first screen. */
export const eagerPhotos = 4;

type Shape = Pick<Photograph, "width" | "height">;

/** The width of a picture divided by its height. */
const ratioOf = ({ width, height }: Shape) => width / height;

/** The numbers of columns for 1 to 12 cards, in windows from 901 px and from 1500 px. No card is alone in the last row. */
const columns = ["123233443433", "123433443544"];

/**
 * The `sizes` of a cover on a card of the gallery. The card is 3:2, so a wider picture is cropped at its sides. The widths
 * follow from the columns in GalleryPage.module.css. FirstScreen.cs has the same values.
 */
export function cardSizes(cover: Shape, index: number, count: number) {
  const crop = Math.max(1, ratioOf(cover) / 1.5).toFixed(2);
  const isWhole = count % 2 === 1 && index === count - 1;
  const [narrow, wide] = columns.map((counts) => {
    const each = Number(counts[count - 1]);
    return each === 1 ? "760px" : `(min(100vw, clamp(1280px, 88vw, 2360px)) - ${40 + 24 * each}px) / ${each}`;
  });
  return `(max-width: 560px) calc(${crop} * (${isWhole ? "100vw - 32px" : "50vw - 22px"})), (max-width: 900px) calc(${crop} * (${isWhole ? "92vw" : "46vw - 8px"})), (max-width: 1499px) calc(${crop} * ${narrow}), calc(${crop} * ${wide})`;
}

/** The `sizes` of the cover on top of a page. The cover's height is `--cover` in tokens.css. FirstScreen.cs has the same values. */
export const coverSizes = (cover: Shape) => {
  const ratio = ratioOf(cover).toFixed(3);
  return isUpright(cover)
    ? `(max-width: 900px) 100vw, calc(${Math.max(0.75, ratioOf(cover)).toFixed(3)} * clamp(320px, 68svh, 960px))`
    : `(max-width: 600px) max(100vw, calc(${ratio} * min(66.7vw, 56svh))), max(100vw, calc(${ratio} * clamp(320px, 68svh, 960px)))`;
};

/** Whether a cover stands beside the title on a wide page. Such a cover has too few pixels to fill the page's width. */
export const isUpright = (cover: Shape) => ratioOf(cover) < 1.1;

/** The `sizes` of a photo. */
export const widthOf = (width: number) => `${Math.ceil(width)}px`;

/** The cover of a group's page. A group with few photos fits on one screen and needs no cover. PageEndpoints.cs has the same limit. */
export const coverOf = ({ cover, imageCount }: Pick<Group, "cover" | "imageCount">) =>
  imageCount > few ? cover : null;

const few = 4;
