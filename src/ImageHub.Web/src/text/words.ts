import { type Language, language, remember } from "./locale";

/** Words of the same shape in any language. */
export type Words<T> = T extends string | string[]
  ? T extends string
    ? string
    : string[]
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : { [K in keyof T]: Words<T[K]> };

/** Where the words of a part of the app are in the languages besides English. */
export type Others<T> = Record<Exclude<Language, "en">, () => Promise<{ words: Words<T> }>>;

/** Fetches the words of each part of the app that has come so far; what it answers puts them in force. */
const parts: ((chosen: Language) => Promise<() => void>)[] = [];

let pending: Promise<unknown> = Promise.resolve();

/** Has a part of the app speak the page's language: English comes with the code of the part, other words are fetched when it comes. */
export function speak<T>(english: Words<T>, others: Others<T>, take: (words: Words<T>) => void) {
  const fetchWords = async (chosen: Language) => {
    const words = chosen === "en" ? english : (await others[chosen]()).words;
    return () => take(words);
  };
  parts.push(fetchWords);
  if (language.get() === "en") return;
  // Without a connection the part speaks English.
  const taken = fetchWords(language.get()).then(
    (putInForce) => putInForce(),
    () => undefined,
  );
  pending = Promise.all([pending, taken]);
}

/** Resolves when all parts that have come have their words. */
export const haveWords = () => pending;

/** Has the page speak another language, now and at the next visit. Fails, and changes nothing, if its words cannot be fetched. */
export async function chooseLanguage(chosen: Language) {
  const fetched = await Promise.all(parts.map((fetchWords) => fetchWords(chosen)));
  for (const putInForce of fetched) putInForce();
  remember(chosen);
}
