/** The languages that there are words in (see `index.ts`). */
export const languages = ["en"] as const;

export type Language = (typeof languages)[number];

const isSpoken = (tag: string): tag is Language => (languages as readonly string[]).includes(tag);

const primary = (tag: string) => tag.split("-")[0] ?? "";

/** The page's language: the first that the reader asks for and the page has. */
export const language: Language = navigator.languages.map(primary).find(isSpoken) ?? "en";

/** Numbers and dates are written as the page's language writes them, where the reader asks for it in a country's way: "en-GB". */
export const locale: string = navigator.languages.find((tag) => primary(tag) === language) ?? language;
