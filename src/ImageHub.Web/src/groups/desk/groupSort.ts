import type { Group } from "../../api/client";

/** What the desk's list of groups can be sorted by; `order`: as visitors see them. */
export const sortKeys = ["order", "title", "imageCount", "bytes", "updatedAt", "isPublished", "links"] as const;

export interface Sort {
  key: (typeof sortKeys)[number];
  descending: boolean;
}

/** The order after a press on a column: numbers and times begin with the most; a second press turns it round. */
export function pressed(before: Sort, key: Sort["key"]): Sort {
  if (key === "order") return { key, descending: false };
  if (before.key === key) return { key, descending: !before.descending };
  return { key, descending: key !== "title" };
}

/** The groups in an order; those that are equal in it stay in the visitors' order. */
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
