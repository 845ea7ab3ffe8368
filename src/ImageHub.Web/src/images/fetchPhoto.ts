import type { Photograph } from "../api/client";

/** A rendition and the same picture in formats with smaller files, if any. */
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

/** The minimum ratio of a sharp picture's pixels to the screen's pixels. */
const minSharpness = 0.95;

/** The smallest rendition that is sharp at a width in device pixels, otherwise the largest. `renditions` are sorted by width. */
export const sharpest = <T extends { width: number }>(renditions: readonly [T, ...T[]], pixels: number): T =>
  renditions.find(({ width }) => width >= pixels * minSharpness) ?? renditions.at(-1) ?? renditions[0];

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
 * The smaller formats of renditions, AVIF before WebP, with one address for each rendition: the smallest file in this
 * format or a later one, which the same browsers support, otherwise the rendition in its default format.
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
 * ends the request, unless such an element shows the rendition by then.
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
 * The candidates of a `srcset`: each rendition with the smallest and with the largest width in device pixels for which it
 * is the smallest sharp one. Some browsers take the first candidate that is not too small, others the nearer of two by
 * the geometric mean; both show a rendition exactly within its two widths. A rendition that is no wider than the
 * previous one is left out, which happens with small originals.
 */
const srcSetOf = (photo: GridPhoto, urls: string[]) => {
  const candidates: string[] = [];
  let last = 0;
  for (const [number, { width }] of renditionsOf(photo).entries()) {
    const widest = Math.floor(width / minSharpness);
    if (widest <= last) continue;
    if (last > 0 && last + 1 < widest) candidates.push(`${urls[number]} ${last + 1}w`);
    candidates.push(`${urls[number]} ${widest}w`);
    last = widest;
  }
  return candidates.join(", ");
};
