import { forAllTabs } from "../../api/storage";
import { store } from "../../api/store";

/** The minimum widths of thumbnails in CSS pixels, one for each step. The widest fills a window of 320 pixels. */
export const thumbnailWidths = [96, 136, 184, 232, 272] as const;

/** The default step: large thumbnails, but two in a row on a phone. */
const usual = globalThis.innerWidth < 600 ? 1 : 3;

const key = "imagehub.thumbnails";

/** The step from a stored text; the default step if the text is not a valid step. */
export function stepFrom(stored: string | null) {
  const step = stored ? Number(stored) : usual;
  return step in thumbnailWidths ? step : usual;
}

/** The size of thumbnails as an index of `thumbnailWidths`, kept for the next visit. */
export const thumbnailStep = store(stepFrom(forAllTabs.get(key)));

thumbnailStep.subscribe(() => forAllTabs.set(key, String(thumbnailStep.get())));
