import { text } from ".";
import { locale } from "./locale";

/** Sizes, lengths of time and dates, in the page's language; whole numbers stand in sentences, and are written by these. */

/** Bytes in the unit that fits: "3.4 MB" (powers of 1,000, as in the SI). */
export function bytes(value: number) {
  const { units } = text.common;
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  return `${(value / 1000 ** power).toLocaleString(locale, { maximumFractionDigits: 1 })} ${units[power]}`;
}

/** A moment, in the reader's time zone. */
export const dateTime = (iso: string) =>
  new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });

export const date = (iso: string) => new Date(iso).toLocaleDateString(locale, { dateStyle: "medium" });

/** What a camera recorded: its local time, whatever the reader's zone is. */
export const cameraTime = (iso: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`${iso.replace(/(Z|[+-]\d\d:?\d\d)$/, "")}Z`),
  );

/** A length of time in seconds: "8 s", "3 min", "2 h 5 min". */
export function duration(seconds: number) {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

/** The days from one to another, by the camera's time: "1 – 3 July 2026"; one alone where they are the same. */
export const days = (first: string, last: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).formatRange(new Date(first), new Date(last));

/** A month of a year, `2026-07`: "July 2026". */
export const month = (iso: string) =>
  new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${iso}-01T00:00:00Z`),
  );
