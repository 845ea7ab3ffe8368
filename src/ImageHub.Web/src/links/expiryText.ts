import { locale } from "../text/locale";

/** When a link ends, as its guests are told, in their time zone: the day, "22 December", and the time of day once there is less than a day left. */
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
