import type { Photograph } from "../api/client";

/** Consecutive photos of one month. */
export interface Month {
  /** `2026-07`. */
  month: string;
  /** The photos, divided into the pages in which they were loaded. */
  pages: { items: Photograph[] }[];
}

/** Groups pages of photos by the month taken. Parts that have not changed since `before` keep their identity. */
export function byMonth(pages: { items: Photograph[] }[], before: Month[] = []): Month[] {
  const known = new Map(before.flatMap((part) => part.pages.map((page) => [page.items[0], page] as const)));
  const months: Month[] = [];
  for (const { items } of pages) {
    let start = 0;
    while (start < items.length) {
      const month = monthOf(items[start]);
      let end = start + 1;
      while (end < items.length && monthOf(items[end]) === month) end++;
      const part = items.slice(start, end);
      const same = known.get(part[0]);
      const isSame = same?.items.length === part.length && same.items.every((image, index) => image === part[index]);
      const page = isSame ? same : { items: part };
      const last = months.at(-1);
      if (last !== undefined && last.month === month) last.pages.push(page);
      else months.push({ month, pages: [page] });
      start = end;
    }
  }
  return months;
}

/** The first day of the next month: `2026-08-01` for `2026-07`. */
export function endOf(month: string) {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, "0")}-${String(next[1]).padStart(2, "0")}-01`;
}

const monthOf = (image: Photograph | undefined) => (image?.day ?? "").slice(0, 7);
