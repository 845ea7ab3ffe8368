import type { Shown } from "./Photo";

/** Begins to fetch what `Photo` is going to show at a width, given as the attribute `sizes` wants it, so that it does not wait for the app. */
export function fetchPhoto({ low, high }: Shown, sizes: string) {
  const image = new Image();
  image.fetchPriority = "high";
  image.sizes = sizes;
  image.srcset = `${low.url} ${low.width}w, ${high.url} ${high.width}w`;
}
