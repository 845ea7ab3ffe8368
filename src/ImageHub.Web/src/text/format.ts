import { text } from ".";
import { locale } from "./locale";

/** Sizes, durations and dates in the page's language. `counts.*.ts` writes whole numbers. */

/** Bytes in the largest suitable unit: "3.4 MB" (SI prefixes, powers of 1,000). */
export function bytes(value: number) {
  const { units } = text.common;
  // 999,960 bytes would be rounded to 1,000 kB, so they are 1 MB.
  const power = units.findIndex((_, index) => index === units.length - 1 || value / 1000 ** index < 999.95);
  return `${(value / 1000 ** power).toLocaleString(locale, { maximumFractionDigits: 1 })} ${units[power]}`;
}

/** A percentage: "20%" for 20. */
export const percent = (value: number) => (value / 100).toLocaleString(locale, { style: "percent" });

/** A date and time in the reader's time zone. */
export const dateTime = (iso: string) =>
  new Date(iso).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });

export const date = (iso: string) => new Date(iso).toLocaleDateString(locale, { dateStyle: "medium" });

/** A camera's local time, regardless of the reader's time zone. */
export const cameraTime = (iso: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(
    new Date(`${iso.replace(/(Z|[+-]\d\d:?\d\d)$/, "")}Z`),
  );

/** A duration, given in seconds: "8 sec", "3 min", "2 hr 5 min". */
export function duration(seconds: number) {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return unit(whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, "minute");
  return `${unit(Math.floor(minutes / 60), "hour")} ${unit(minutes % 60, "minute")}`;
}

/** A range of days in the camera's time: "1 – 3 July 2026"; a single date if both are equal. */
export const days = (first: string, last: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).formatRange(new Date(first), new Date(last));

/** A month: "July 2026" for `2026-07`. */
export const month = (iso: string) =>
  new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${iso}-01T00:00:00Z`),
  );
