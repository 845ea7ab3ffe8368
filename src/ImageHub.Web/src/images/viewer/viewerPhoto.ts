import type { Photograph } from "../../api/client";
import { dropPicture, fetchRendition, type Rendition, type SizedRendition, sharpest } from "../fetchPhoto";

/** The data that the viewer needs of a photo. */
export type ViewerPhoto = Pick<Photograph, "id" | "title" | "description" | "placeholder" | "fileName"> &
  Partial<Pick<Photograph, "tags" | "width" | "height">> & {
    low: Rendition;
    medium?: SizedRendition;
    high: Source;
    large?: SizedRendition | null;
    /** Null or absent if the full image is not available to the user. */
    full?: (Source & Pick<NonNullable<Photograph["full"]>, "contentType">) | null;
  };

type Source = SizedRendition &
  Pick<Photograph["high"], "height"> &
  Partial<Pick<Photograph["high"], "bytes" | "contentType">>;

/** The rendition whose pixels limit the photo's size in the viewer: the full image if available, otherwise `high`. */
export const shownSize = ({ full, high }: ViewerPhoto) => full ?? high;

/** The width at which a photo fits a space, in CSS pixels. The photo is never enlarged. */
export function fittedWidth(image: ViewerPhoto, space: { width: number; height: number }) {
  const { width, height } = shownSize(image);
  return Math.min(space.width, (space.height / height) * width, width);
}

/** The renditions that the viewer shows, by width. */
export const renditionsOf = ({ medium, high, large }: ViewerPhoto): [SizedRendition, ...SizedRendition[]] => {
  const others = large ? [large] : [];
  return medium && medium.width < high.width ? [medium, high, ...others] : [high, ...others];
};

/** The minimum height of a window that has buttons above the photo, and a caption and a filmstrip below the photo. Viewer.module.css has the same sizes. */
const tall = 500;
const [buttons, caption, strip] = [56, 56, 68];

/** The space for a photo in the viewer. A group's only photo has no filmstrip below it. */
function space() {
  const below = document.querySelectorAll("[id^=photo-]").length === 1 ? caption : caption + strip;
  return {
    width: document.documentElement.clientWidth,
    height: innerHeight - (innerHeight < tall ? 0 : buttons + below),
  };
}

/** The area of the window that a photo will have in the viewer. */
export function areaInViewer(image: ViewerPhoto) {
  const { width: available, height: room } = space();
  const width = fittedWidth(image, { width: available, height: room });
  const largest = shownSize(image);
  const height = (width / largest.width) * largest.height;
  const above = innerHeight < tall ? 0 : buttons;
  return { left: (available - width) / 2, top: above + (room - height) / 2, width, height };
}

/** The picture that is fetched before the viewer shows it. */
let ahead: HTMLPictureElement | undefined;

/** Starts to fetch the rendition that the viewer will show of a photo, before the viewer itself opens. */
export function fetchForViewer(image: ViewerPhoto) {
  const before = ahead;
  ahead = fetchRendition(sharpest(renditionsOf(image), fittedWidth(image, space()) * devicePixelRatio));
  if (before) dropPicture(before);
}

/** Leaves the request to the element that shows the picture now. */
export function takeOver() {
  if (ahead) dropPicture(ahead);
  ahead = undefined;
}
