import { locale } from "../text/locale";

/** The maximum number of suggested photos, and the maximum from one group. */
const [most, mostOfOne] = [6, 3];

/**
 * Picks suggestions from the found photos: a few of each group, in the order of the groups. A group's photos are
 * sorted by name in natural order, "Lake 2" before "Lake 10".
 */
export function pickSuggestions<T extends { groupId?: string | null }>(found: T[], nameOf: (image: T) => string) {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const groups = new Map<T["groupId"], T[]>();
  for (const image of found) groups.set(image.groupId, [...(groups.get(image.groupId) ?? []), image]);
  return [...groups.values()]
    .flatMap((images) => images.sort((one, other) => compare(nameOf(one), nameOf(other))).slice(0, mostOfOne))
    .slice(0, most);
}
