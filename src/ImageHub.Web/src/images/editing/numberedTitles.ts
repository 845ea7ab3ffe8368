/** The titles of so many images, as the server counts them: `{n}` from 1. */
export const numberedTitles = (title: string, count: number) =>
  Array.from({ length: count }, (_, index) => title.replaceAll("{n}", String(index + 1)));

/** Tags that are separated by commas. */
export const tagsIn = (typed: string) =>
  typed
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
