import { locale } from "../text/locale";

/** How many photos are suggested, and how many of them may be of one group. */
const [most, mostOfOne] = [6, 3];

/**
 * The photos to suggest of those that were found: a few of each group, the groups in the order in which they were found, and a group's photos by their
 * names as people count, "Lake 2" before "Lake 10".
 */
export function pickSuggestions<T extends { groupId?: string | null }>(found: T[], nameOf: (image: T) => string) {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const groups = new Map<T["groupId"], T[]>();
  for (const image of found) groups.set(image.groupId, [...(groups.get(image.groupId) ?? []), image]);
  return [...groups.values()]
    .flatMap((images) => images.sort((one, other) => compare(nameOf(one), nameOf(other))).slice(0, mostOfOne))
    .slice(0, most);
}
