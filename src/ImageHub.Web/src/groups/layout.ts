import { computeRowsLayout } from "react-photo-album";
import type { Photograph } from "../api/client";

// How large photos stand on the visitors' pages: known before the app is there.

/** How many photos of a page are on the first screen. */
export const eagerPhotos = 4;

/** The width of a group's cover in the gallery, as the columns of the grid in the style sheet come out. */
export const cardWidth = "(max-width: 560px) 44vw, (max-width: 900px) 29vw, 290px";

/** A photo's width as the attribute `sizes` wants it. */
export const widthOf = (width: number) => `${Math.ceil(width)}px`;

/** The rows of a page of photos, and the size of them all, in CSS pixels. A few photos that fill no row are not enlarged to fill it. */
export function layOut(images: Photograph[], available: number) {
  const photos = images.map((image) => {
    const { id, low, width, height } = image;
    return { key: id, src: low.url, width, height, image };
  });
  const atMost = photos.reduce((sum, { width, height }) => sum + (width / height) * highestRow, 0);
  const width = Math.min(available, Math.floor(atMost + spacing(available) * (photos.length - 1)));
  const model = computeRowsLayout(photos, spacing(width), 0, width, width < 500 ? 130 : width < 900 ? 190 : 240);
  const height = model?.tracks.reduce(
    (sum, { photos: [photo] }) => sum + spacing(width) + (photo?.height ?? 0),
    -spacing(width),
  );
  return { model, size: { maxWidth: width, height } };
}

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
