import type { Photograph } from "../api/client";

/** A rendition, with the formats that take fewer bytes where there are any. */
export type Rendition = Pick<Photograph["low"], "url" | "alternates">;

/** What is needed of an image to show it in a grid. */
export type GridPhoto = Pick<Photograph, "placeholder" | "width" | "height"> &
  Record<"low" | "medium" | "high", Rendition & Pick<Photograph["low"], "width">>;

/** The sizes of a photo that a place in a grid chooses from, as the attribute `srcset` wants them. */
export const sourcesOf = (photo: GridPhoto) =>
  srcSetOf(
    photo,
    renditionsOf(photo).map(({ url }) => url),
  );

/** The same in the formats that take fewer bytes, as the sources of a `picture`. */
export const alternatesOf = (photo: GridPhoto) =>
  formatsOf(renditionsOf(photo)).map(({ type, urls }) => ({ type, srcSet: srcSetOf(photo, urls) }));

/**
 * The formats that renditions have besides their own, in the order in which a browser is to choose, and where each rendition is. One that lacks the
 * format is in it in another, which browsers that show this one also show.
 */
export const formatsOf = (renditions: Rendition[]) =>
  formats.flatMap((type, number) => {
    if (!renditions.some(({ alternates }) => alternates?.some((each) => each.contentType === type))) return [];
    const shown = formats.slice(number);
    // The smallest comes first.
    const urls = renditions.map(
      ({ url, alternates }) => alternates?.find(({ contentType }) => shown.includes(contentType))?.url ?? url,
    );
    return [{ type, urls }];
  });

/** Begins to fetch what `Photo` is going to show at a width, given as the attribute `sizes` wants it, so that it does not wait for the app; answers what can show it until then. */
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
