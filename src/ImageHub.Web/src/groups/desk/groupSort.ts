import type { Group } from "../../api/client";

/** The columns that the list of groups can be sorted by; `order` is the visitors' order. */
export const sortKeys = ["order", "title", "imageCount", "bytes", "updatedAt", "isPublished", "links"] as const;

export interface Sort {
  key: (typeof sortKeys)[number];
  descending: boolean;
}

/** The order after a press on a column. Titles start ascending, other columns descending. A second press reverses the order, but never the visitors' order. */
export function pressed(before: Sort, key: Sort["key"]): Sort {
  if (key === "order") return { key, descending: false };
  if (before.key === key) return { key, descending: !before.descending };
  return { key, descending: key !== "title" };
}

/** Sorts groups. Equal groups stay in the visitors' order. */
export function sorted<T extends Group>(groups: T[], { key, descending }: Sort, locale: string): T[] {
  if (key === "order") return groups;
  const compare = (one: T, other: T) =>
    key === "title"
      ? one.title.localeCompare(other.title, locale, { numeric: true })
      : key === "updatedAt"
        ? Date.parse(one.updatedAt) - Date.parse(other.updatedAt)
        : Number(one[key] ?? 0) - Number(other[key] ?? 0);
  return groups.toSorted((one, other) => (descending ? compare(other, one) : compare(one, other)));
}
