import type { Photograph } from "../api/client";

/** A rendition with its smaller formats, if any. */
export type Rendition = Pick<Photograph["low"], "url" | "alternates">;

/** A rendition with its width in pixels. */
export type SizedRendition = Rendition & Pick<Photograph["low"], "width">;

/** The data that a grid needs of a photo. */
export type GridPhoto = Pick<Photograph, "placeholder" | "width" | "height"> &
  Partial<Pick<Photograph, "focus">> &
  Record<"low" | "medium" | "high", SizedRendition> & {
    /** Null or absent if the photo has no larger rendition than `high`. */
    large?: SizedRendition | null;
  };

/** The share of the screen's pixels that a sharp picture has at least. */
const sharp = 0.95;

/** The smallest rendition that is sharp at a width in device pixels, otherwise the largest. `renditions` are sorted by width. */
export const sharpest = <T extends { width: number }>(renditions: readonly [T, ...T[]], pixels: number): T =>
  renditions.find(({ width }) => width >= pixels * sharp) ?? renditions.at(-1) ?? renditions[0];

/** The `srcset` of a photo's renditions. */
export const sourcesOf = (photo: GridPhoto) =>
  srcSetOf(
    photo,
    renditionsOf(photo).map(({ url }) => url),
  );

/** The `source` elements of a photo's smaller formats. */
export const alternatesOf = (photo: GridPhoto) =>
  formatsOf(renditionsOf(photo)).map(({ type, urls }) => ({ type, srcSet: srcSetOf(photo, urls) }));

/**
 * The smaller formats of renditions in the browser's order of preference, with one address for each rendition. A
 * rendition without the format is replaced by its next format, which the same browsers support.
 */
export const formatsOf = (renditions: Rendition[]) =>
  formats.flatMap((type, number) => {
    if (!renditions.some(({ alternates }) => alternates?.some((each) => each.contentType === type))) return [];
    const shown = formats.slice(number);
    // Alternates are sorted by size, the smallest first.
    const urls = renditions.map(
      ({ url, alternates }) => alternates?.find(({ contentType }) => shown.includes(contentType))?.url ?? url,
    );
    return [{ type, urls }];
  });

/** Starts to fetch a photo at the given `sizes` before the app has loaded. */
export function fetchPhoto(photo: GridPhoto, sizes: string) {
  const picture = pictureOf(alternatesOf(photo), sizes);
  const image = new Image();
  image.fetchPriority = "high";
  image.sizes = sizes;
  picture.append(image);
  image.srcset = sourcesOf(photo);
}

/**
 * Starts to fetch a rendition in the browser's preferred format, before an element of the page shows it. `dropPicture`
 * ends the request if no such element exists by then.
 */
export function fetchRendition(rendition: Rendition) {
  const picture = pictureOf(
    formatsOf([rendition]).map(({ type, urls }) => ({ type, srcSet: urls[0] ?? "" })),
    "",
  );
  const image = new Image();
  image.fetchPriority = "high";
  picture.append(image);
  image.src = rendition.url;
  return picture;
}

/** Releases the request of a picture outside the page. */
export function dropPicture(picture: HTMLPictureElement) {
  picture.querySelector("img")?.removeAttribute("src");
  for (const source of picture.querySelectorAll("source")) source.removeAttribute("srcset");
}

function pictureOf(sources: { type: string; srcSet: string }[], sizes: string) {
  const picture = document.createElement("picture");
  for (const { type, srcSet } of sources) {
    const source = document.createElement("source");
    source.type = type;
    if (sizes) source.sizes = sizes;
    source.srcset = srcSet;
    picture.append(source);
  }
  return picture;
}

const formats = ["image/avif", "image/webp"];

const renditionsOf = ({ low, medium, high, large }: GridPhoto) => [low, medium, high, ...(large ? [large] : [])];

/**
 * Browsers compare a candidate with the next smaller one by the geometric mean of their widths, and would show a
 * rendition enlarged by a third. A rendition is therefore also listed with the width whose mean with the smaller
 * rendition is the limit of sharpness.
 */
const srcSetOf = (photo: GridPhoto, urls: string[]) =>
  renditionsOf(photo)
    .flatMap(({ width }, number, all) => {
      const from = Math.ceil((all[number - 1]?.width ?? width) / sharp ** 2);
      return [...(from < width ? [`${urls[number]} ${from}w`] : []), `${urls[number]} ${width}w`];
    })
    .join(", ");
