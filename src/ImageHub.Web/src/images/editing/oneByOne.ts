let last: Promise<unknown> = Promise.resolve();

/** Saves changes of images in the order in which they were made, also if a key is pressed again before the first answer. */
export function oneByOne<T>(save: () => Promise<T>): Promise<T> {
  const next = last.then(save, save);
  last = next;
  return next;
}
