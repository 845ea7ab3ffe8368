import type { Schemas } from "../../api/client";
import { locale } from "../../text/locale";
import { viewerText } from "../../text/viewer";

const number = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 1, useGrouping: false });

/** The exposure time as cameras show it: a fraction below 0.3 s. */
const shutter = (seconds: number) =>
  viewerText.details.shutter(seconds < 0.3 ? `1/${Math.round(1 / seconds)}` : number(seconds));

/** The recorded values of an exposure, such as "35 mm · f/5.6 · 1/250 s · ISO 100"; "" if there are none. */
export const exposureOf = ({ focalLengthMm, fNumber, seconds, iso }: Omit<Schemas["Exposure"], "lens">) =>
  [
    focalLengthMm && viewerText.details.focalLength(number(focalLengthMm)),
    fNumber && viewerText.details.aperture(number(fNumber)),
    seconds && shutter(seconds),
    iso && viewerText.details.iso(String(iso)),
  ]
    .filter(Boolean)
    .join(" · ");
