import type { Shown } from "./Photo";

/** The sizes of a photo that a place in a grid chooses from, as the attribute `srcset` wants them. */
export const sourcesOf = ({ low, medium, high }: Shown) =>
  [low, medium, high].map(({ url, width }) => `${url} ${width}w`).join(", ");

/** Begins to fetch what `Photo` is going to show at a width, given as the attribute `sizes` wants it, so that it does not wait for the app. */
export function fetchPhoto(photo: Shown, sizes: string) {
  const image = new Image();
  image.fetchPriority = "high";
  image.sizes = sizes;
  image.srcset = sourcesOf(photo);
}
