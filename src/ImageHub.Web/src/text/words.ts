import { type Language, language, remember } from "./locale";

/** The type of a catalogue of texts in any language. */
export type Words<T> = T extends string | string[]
  ? T extends string
    ? string
    : string[]
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : { [K in keyof T]: Words<T[K]> };

/** The loaders of a part's texts in the languages other than English. */
export type Others<T> = Record<Exclude<Language, "en">, () => Promise<{ words: Words<T> }>>;

/** The loaders of all registered parts of the app. Each loader returns a function that applies the loaded texts. */
const parts: ((chosen: Language) => Promise<() => void>)[] = [];

let pending: Promise<unknown> = Promise.resolve();

/** Registers a part of the app for translation. The part's code includes the English texts; other languages are loaded on demand. */
export function speak<T>(english: Words<T>, others: Others<T>, take: (words: Words<T>) => void) {
  const fetchWords = async (chosen: Language) => {
    const words = chosen === "en" ? english : (await others[chosen]()).words;
    return () => take(words);
  };
  parts.push(fetchWords);
  const spoken = language.get();
  if (spoken === "en") return;
  // If the texts cannot be loaded, the part stays English.
  const taken = fetchWords(spoken).then(
    (applyWords) => language.get() === spoken && applyWords(),
    () => undefined,
  );
  pending = Promise.all([pending, taken]);
}

/** Resolves when the texts of all loaded parts of the app have loaded or failed to load. */
export const haveWords = () => pending;

let choices = 0;

/**
 * Changes the page's language, now and for the next visit. Throws and changes nothing if the texts fail to load. Changes
 * nothing if another language is chosen meanwhile.
 */
export async function chooseLanguage(chosen: Language) {
  const choice = ++choices;
  const fetched: (() => void)[] = [];
  // Parts of the app can register while the texts load.
  while (fetched.length < parts.length)
    fetched.push(...(await Promise.all(parts.slice(fetched.length).map((fetchWords) => fetchWords(chosen)))));
  if (choice !== choices) return;
  for (const applyWords of fetched) applyWords();
  remember(chosen);
}
