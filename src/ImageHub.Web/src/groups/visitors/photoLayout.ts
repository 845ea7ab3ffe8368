import { computeColumnsLayout, computeRowsLayout, type LayoutModel } from "react-photo-album";
import type { Photograph, Schemas } from "../../api/client";

export type PhotoLayout = Schemas["SiteResponse"]["layout"];

/** The positions of a page of photos and their total size, in CSS pixels. */
export function layOut(images: Photograph[], available: number, count: number, layout: PhotoLayout = "rows") {
  const photos = images.map((image) => {
    const { id, low, width, height } = image;
    return { key: id, src: low.url, width, height, image };
  });
  if (layout === "columns" && images.length > 4) return inColumns(photos, available);
  if (layout === "single") return oneByOne(photos, available);
  return inRows(photos, images, available, count);
}

type AlbumPhoto = { key: string; src: string; width: number; height: number; image: Photograph };

/** Columns of nearly equal width and equal height, without cropping. */
function inColumns(photos: AlbumPhoto[], available: number) {
  const gap = spacing(available);
  const model = computeColumnsLayout(photos, gap, 0, available, Math.max(2, Math.round(available / 400)));
  const height = model?.tracks[0]?.photos.reduce((sum, photo) => sum + gap + photo.height, -gap);
  return { model, size: { maxWidth: available, height }, isComposed: false };
}

/** One photo below the other, each as large as the window and its pixels allow. */
function oneByOne(photos: AlbumPhoto[], available: number) {
  const gap = spacing(available, "single");
  const tracks = photos.map((photo, index) => {
    const width = Math.min(available, photo.width, Math.floor((photo.width / photo.height) * 0.86 * innerHeight));
    return { photos: [{ photo, index, width, height: (photo.height / photo.width) * width }] };
  });
  const model: LayoutModel<AlbumPhoto> = {
    spacing: gap,
    padding: 0,
    containerWidth: available,
    horizontal: true,
    tracks,
  };
  const height = tracks.reduce((sum, { photos: [photo] }) => sum + gap + (photo?.height ?? 0), -gap);
  return { model, size: { maxWidth: available, height }, isComposed: false };
}

/**
 * Rows of similar height that fill the width. Groups of one, two or four photos get a composition. In other groups, photos
 * that are too few for a row are not enlarged to fill it.
 */
function inRows(photos: AlbumPhoto[], images: Photograph[], available: number, count: number) {
  const gap = spacing(available);
  const composed = images.length === count ? compose(images, available) : undefined;
  const width = Math.min(
    available,
    composed?.width ?? Math.floor(sumOfRatios(images) * highestRow + gap * (photos.length - 1)),
  );
  const row = composed?.perRow;
  // A row has two landscapes or three portraits on a phone, and at most about six landscapes on a very wide window.
  const rowHeight = width < 900 ? Math.min(0.45 * width, 190) : Math.max(240, Math.min(0.13 * width, 320));
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

export const spacing = (width: number, layout?: PhotoLayout) =>
  layout === "single" ? (width < 500 ? 16 : 48) : width < 500 ? 4 : 8;

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
