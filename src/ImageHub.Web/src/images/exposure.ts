import type { Schemas } from "../api/client";
import { locale } from "../text/locale";
import { viewerText } from "../text/viewer";

const words = viewerText.details;

const number = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 1, useGrouping: false });

/** The exposure time as cameras show it: as a fraction below 0.3 s. */
const shutter = (seconds: number) => words.shutter(seconds < 0.3 ? `1/${Math.round(1 / seconds)}` : number(seconds));

/** Focal length, aperture, exposure time and sensitivity, "35 mm · f/5.6 · 1/250 s · ISO 100", as far as they are recorded; "" where none is. */
export const exposureOf = ({ focalLengthMm, fNumber, seconds, iso }: Omit<Schemas["Exposure"], "lens">) =>
  [
    focalLengthMm && words.focalLength(number(focalLengthMm)),
    fNumber && words.aperture(number(fNumber)),
    seconds && shutter(seconds),
    iso && words.iso(String(iso)),
  ]
    .filter(Boolean)
    .join(" · ");
