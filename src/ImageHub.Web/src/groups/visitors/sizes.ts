import type { Group, Photograph } from "../../api/client";

// The sizes of photos on the visitors' pages, which are known before the app has loaded.

/** The number of a page's photos on the first screen. */
export const eagerPhotos = 4;

type Shape = Pick<Photograph, "width" | "height">;

/** The ratio of a picture's sides. */
const ratioOf = ({ width, height }: Shape) => width / height;

/**
 * The `sizes` of a cover in the gallery, whose card is 3:2: a wider picture is cropped at its sides. The widths follow
 * from the columns in the grid's style sheet. FirstScreen.cs has the same.
 */
export function cardSizes(cover: Shape) {
  const crop = Math.max(1, ratioOf(cover) / 1.5).toFixed(2);
  return `(max-width: 560px) calc(${crop} * (50vw - 22px)), (max-width: 900px) calc(${crop} * (46vw - 8px)), (max-width: 1499px) calc(${crop} * min(390px, 33.4vw - 37px)), (max-width: 1999px) calc(${crop} * (22vw - 34px)), calc(${crop} * (17.6vw - 32px))`;
}

/** The `sizes` of a group page's cover, which fills a space of this height and the window's width. FirstScreen.cs has the same. */
export const coverSizes = (cover: Shape) => {
  const ratio = ratioOf(cover).toFixed(3);
  return isUpright(cover)
    ? `(max-width: 900px) 100vw, calc(${Math.max(0.75, ratioOf(cover)).toFixed(3)} * clamp(320px, 68svh, 960px))`
    : `(max-width: 600px) max(100vw, calc(${ratio} * min(66.7vw, 56svh))), max(100vw, calc(${ratio} * clamp(320px, 68svh, 960px)))`;
};

/** Whether a cover stands beside the title of a wide page instead of filling its width, for which it has too few pixels. */
export const isUpright = (cover: Shape) => ratioOf(cover) < 1.1;

/** The `sizes` of a photo. */
export const widthOf = (width: number) => `${Math.ceil(width)}px`;

/** The cover of a group's page. A few photos fit on one screen and need none. PageEndpoints.cs has the same limit. */
export const coverOf = ({ cover, imageCount }: Pick<Group, "cover" | "imageCount">) =>
  imageCount > few ? cover : null;

const few = 4;
