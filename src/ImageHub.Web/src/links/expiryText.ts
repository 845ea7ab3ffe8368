import { locale } from "../text/locale";

/** A link's expiry in the guest's time zone: "22 December", with the year if it is not this year, and with the time if less than a day is left. */
export function expiryText(iso: string, now = new Date()) {
  const end = new Date(iso);
  const isSoon = end.getTime() - now.getTime() < 86_400_000;
  return end.toLocaleString(locale, {
    day: "numeric",
    month: "long",
    ...(end.getFullYear() !== now.getFullYear() && { year: "numeric" }),
    ...(isSoon && { hour: "numeric", minute: "2-digit" }),
  });
}
