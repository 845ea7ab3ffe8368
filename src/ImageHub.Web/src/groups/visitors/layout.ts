import { computeColumnsLayout, computeRowsLayout, type LayoutModel } from "react-photo-album";
import type { Group, Photograph, Schemas } from "../../api/client";

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
 * Rows of equal height that fill the width. Groups of one, two or four photos get a composition. In other groups a few
 * photos are not enlarged to fill a row.
 */
function inRows(photos: AlbumPhoto[], images: Photograph[], available: number, count: number) {
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

const sumOfRatios = (images: Photograph[]) => images.reduce((sum, image) => sum + ratioOf(image), 0);

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
