/** The titles of several images as the server numbers them: `{n}` counts from 1. */
export const numberedTitles = (title: string, count: number) =>
  Array.from({ length: count }, (_, index) => title.replaceAll("{n}", String(index + 1)));

/** Splits tags at commas. */
export const tagsIn = (typed: string) =>
  typed
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
