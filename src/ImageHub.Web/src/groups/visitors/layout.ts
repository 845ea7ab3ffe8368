import { computeRowsLayout } from "react-photo-album";
import type { Group, Photograph } from "../../api/client";

// How large photos stand on the visitors' pages: known before the app is there.

/** How many photos of a page are on the first screen. */
export const eagerPhotos = 4;

/** The width of a group's cover in the gallery, as the columns of the grid in the style sheet come out. */
export const cardWidth = "(max-width: 900px) 44vw, 390px";

/** The width of the cover above a group's photos, as the attribute `sizes` wants it: 4 % less than it has, since on many phones medium falls short of it by as much. The server knows it, too (PageHead.cs). */
export const coverWidth = "96vw";

/** A photo's width as the attribute `sizes` wants it. */
export const widthOf = (width: number) => `${Math.ceil(width)}px`;

/** The cover that stands above a group's photos: a few photos are seen at a glance, and need none. The server knows how many are few, too (Pages.cs). */
export const coverOf = ({ cover, imageCount }: Pick<Group, "cover" | "imageCount">) =>
  imageCount > few ? cover : null;

const few = 4;

/**
 * The rows of a page of photos of a group that has so many, and the size of them all, in CSS pixels. One, two and four photos that are all
 * there is are composed for themselves; elsewhere a few that fill no row are not enlarged to fill it.
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
  // On phones two landscapes fill a row, or three uprights.
  const rowHeight = width < 900 ? Math.min(0.45 * width, 190) : 240;
  const model = computeRowsLayout(photos, gap, 0, width, rowHeight, row, row);
  const height = model?.tracks.reduce((sum, { photos: [photo] }) => sum + gap + (photo?.height ?? 0), -gap);
  return { model, size: { maxWidth: width, height }, isComposed: composed !== undefined };
}

/**
 * How many photos to a row, and the width of the rows, for groups of one, two and four: as large as there is room, neither higher than a
 * window nor beyond their own pixels.
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

/** The height of a row, at most, by the number of photos. */
const highestComposed = new Map([
  [1, 760],
  [2, 620],
  [4, 460],
]);

const sumOfRatios = (images: Photograph[]) => images.reduce((sum, { width, height }) => sum + width / height, 0);

/** The height of a row that is not full, at most. */
const highestRow = 380;

export const spacing = (width: number) => (width < 500 ? 4 : 8);

/**
 * The content's width in whole CSS pixels, known before anything is laid out: a page that comes back has its height at once. What
 * stands there before the app is there has the content's margins, too.
 */
export function contentWidth() {
  const content = document.getElementById("content") ?? document.querySelector("#root > *");
  if (content === null) return innerWidth;
  const { paddingLeft, paddingRight } = getComputedStyle(content);
  return Math.round(content.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight));
}
