/** The camera's local time for a field of the type `datetime-local`, without the UTC offset. */
export const localTime = (takenAt: string) => takenAt.slice(0, 19);

/** The API's `takenAt` from a field's value, with the UTC offset of `before`, if any; null if the field is empty. */
export function takenAtOf(typed: string, before: string | null) {
  if (typed === "") return null;
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(before ?? "")?.[0] ?? "";
  // Browsers leave out seconds that are zero.
  return `${typed.length === 16 ? `${typed}:00` : typed}${offset}`;
}

/** A camera's local time some seconds later. */
export const shifted = (takenAt: string, seconds: number) =>
  new Date(Date.parse(`${localTime(takenAt)}Z`) + seconds * 1000).toISOString().slice(0, 19);

/** The sum of days, hours and minutes in seconds. */
export const secondsOf = ({ days, hours, minutes }: Record<"days" | "hours" | "minutes", number>) =>
  ((days * 24 + hours) * 60 + minutes) * 60;
