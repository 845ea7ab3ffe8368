import type { InfiniteData } from "@tanstack/react-query";

export type Pages<T> = InfiniteData<{ items: T[] }>;

export const itemsOf = <T>(data: Pages<T> | undefined): T[] => data?.pages.flatMap((page) => page.items) ?? [];

/** Changes the list of the items of all pages. Every page except the last one keeps its length. */
export function changeItems<T>(change: (items: T[]) => T[]) {
  return (data: Pages<T>): Pages<T> => {
    const items = change(itemsOf(data));
    let taken = 0;
    const pages = data.pages.map((page, index) => {
      const end = index === data.pages.length - 1 ? items.length : taken + page.items.length;
      const part = { ...page, items: items.slice(taken, end) };
      taken = end;
      return part;
    });
    return { ...data, pages };
  };
}
