/** The page numbers of a pager: the ends, the current page and its neighbours. `null` is a gap of at least two pages. */
export function shownPages(page: number, pages: number): (number | null)[] {
  const wanted = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const shown: (number | null)[] = [];
  for (const number of [...new Set(wanted)].sort((a, b) => a - b)) {
    const last = shown.at(-1);
    if (typeof last === "number" && number - last === 2) shown.push(number - 1);
    else if (typeof last === "number" && number - last > 2) shown.push(null);
    shown.push(number);
  }
  return shown;
}
