import { forAllTabs } from "../../api/storage";
import { store } from "../../api/store";

/** The range of the longest side in pixels. */
export const smallest = 256;
export const largest = 10_000;

const key = "imagehub.uploads.longestSide";

/** The longest side in pixels to which photos are reduced before they are sent; null: photos are sent unchanged. */
export const longestSide = store<number | null>(stored());

export function setLongestSide(pixels: number | null) {
  forAllTabs.set(key, pixels?.toString());
  longestSide.set(pixels);
}

function stored(): number | null {
  const pixels = Number(forAllTabs.get(key));
  return Number.isInteger(pixels) && pixels >= smallest && pixels <= largest ? pixels : null;
}
