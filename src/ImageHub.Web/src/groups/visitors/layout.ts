import { computeRowsLayout } from "react-photo-album";
import type { Group, Photograph } from "../../api/client";

// The sizes of photos on the visitors' pages, which are known before the app has loaded.

/** The number of a page's photos on the first screen. */
export const eagerPhotos = 4;

/** The `sizes` of a cover in the gallery. They follow from the columns in the grid's style sheet. */
export const cardWidth = "(max-width: 900px) 44vw, 390px";

/**
 * The `sizes` of a group page's cover, 4 % less than the real width. On many phones the `medium` rendition is up to 4 %
 * too narrow, and the browser would otherwise fetch `high`. PageHead.cs has the same value.
 */
export const coverWidth = "96vw";

/** The `sizes` of a photo. */
export const widthOf = (width: number) => `${Math.ceil(width)}px`;

/** The cover of a group's page. A few photos fit on one screen and need none. PageEndpoints.cs has the same limit. */
export const coverOf = ({ cover, imageCount }: Pick<Group, "cover" | "imageCount">) =>
  imageCount > few ? cover : null;

const few = 4;

/**
 * The rows of a page of photos and their total size, in CSS pixels. Groups of one, two or four photos get a
 * composition. In other groups a few photos are not enlarged to fill a row.
 */
export function layOut(images: Photograph[], available: number, count: number) {
  const photos = images.map((image) => {
    const { id, low, width, height } = image;
    return { key: id, src: low.url, width, height, image };
  });
  const gap = spacing(available);
  const composed = images.length === count ? compose(images, available) : undefined;
  const width = Math.min(
    available,
    composed?.width ?? Math.floor(sumOfRatios(images) * highestRow + gap * (photos.length - 1)),
  );
  const row = composed?.perRow;
  // A phone's row holds two landscapes or three portraits.
  const rowHeight = width < 900 ? Math.min(0.45 * width, 190) : 240;
  const model = computeRowsLayout(photos, gap, 0, width, rowHeight, row, row);
  const height = model?.tracks.reduce((sum, { photos: [photo] }) => sum + gap + (photo?.height ?? 0), -gap);
  return { model, size: { maxWidth: width, height }, isComposed: composed !== undefined };
}

/**
 * The number of photos per row and the width of the rows, for groups of one, two and four photos. The photos are as
 * large as the window and their pixels allow.
 */
function compose(images: Photograph[], available: number) {
  const highest = highestComposed.get(images.length);
  if (highest === undefined) return undefined;
  const isNarrow = available < 560;
  const isUpright = sumOfRatios(images) < images.length;
  const perRow =
    images.length === 2
      ? isNarrow && !isUpright
        ? 1
        : 2
      : images.length === 4 && (isNarrow || !isUpright)
        ? 2
        : images.length;
  const limit = Math.min(highest, ...images.map(({ height }) => height));
  const widths = Array.from({ length: images.length / perRow }, (_, row) =>
    Math.floor(sumOfRatios(images.slice(row * perRow, (row + 1) * perRow)) * limit + spacing(available) * (perRow - 1)),
  );
  return { perRow, width: Math.min(...widths) };
}

/** The maximum height of a row, by the number of photos. */
const highestComposed = new Map([
  [1, 760],
  [2, 620],
  [4, 460],
]);

const sumOfRatios = (images: Photograph[]) => images.reduce((sum, { width, height }) => sum + width / height, 0);

/** The maximum height of an incomplete row. */
const highestRow = 380;

export const spacing = (width: number) => (width < 500 ? 4 : 8);

/**
 * The content's width in whole CSS pixels, known before the first layout, so that a restored page has its height at
 * once. The splash has the same margins.
 */
export function contentWidth() {
  const content = document.getElementById("content") ?? document.querySelector("#root > *");
  if (content === null) return innerWidth;
  const { paddingLeft, paddingRight } = getComputedStyle(content);
  return Math.round(content.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
}
