/** The titles of several images as the server numbers them: `{n}` counts from 1. */
export const numberedTitles = (title: string, count: number) =>
  Array.from({ length: count }, (_, index) => title.replaceAll("{n}", String(index + 1)));

/** Splits tags at commas, except commas inside of known tags, such as "Smith, John". */
export function tagsIn(typed: string, known: readonly string[]): string[] {
  const pieces = piecesOf(typed);
  const whole = new Map(known.map((tag) => [piecesOf(tag).join(), tag]));
  const longest = Math.max(1, ...known.map((tag) => piecesOf(tag).length));
  const tags: string[] = [];
  for (let at = 0; at < pieces.length; ) {
    let end = Math.min(pieces.length, at + longest);
    while (end > at + 1 && !whole.has(pieces.slice(at, end).join())) end--;
    const piece = pieces.slice(at, end).join();
    tags.push(whole.get(piece) ?? piece);
    at = end;
  }
  return tags;
}

const piecesOf = (text: string) =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
