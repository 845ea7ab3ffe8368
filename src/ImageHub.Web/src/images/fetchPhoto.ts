import type { Photograph } from "../api/client";

/** A rendition with its smaller formats, if any. */
export type Rendition = Pick<Photograph["low"], "url" | "alternates">;

/** The data that a grid needs of a photo. */
export type GridPhoto = Pick<Photograph, "placeholder" | "width" | "height"> &
  Record<"low" | "medium" | "high", Rendition & Pick<Photograph["low"], "width">>;

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

/** Starts to fetch a photo at the given `sizes` before the app has loaded. Returns an element that can show the photo until then. */
export function fetchPhoto(photo: GridPhoto, sizes: string) {
  const picture = document.createElement("picture");
  for (const { type, srcSet } of alternatesOf(photo)) {
    const source = document.createElement("source");
    source.type = type;
    source.sizes = sizes;
    source.srcset = srcSet;
    picture.append(source);
  }
  const image = new Image();
  image.fetchPriority = "high";
  image.sizes = sizes;
  picture.append(image);
  image.srcset = sourcesOf(photo);
  return picture;
}

const formats = ["image/avif", "image/webp"];

const renditionsOf = ({ low, medium, high }: GridPhoto) => [low, medium, high];

const srcSetOf = (photo: GridPhoto, urls: string[]) =>
  renditionsOf(photo)
    .map(({ width }, number) => `${urls[number]} ${width}w`)
    .join(", ");
