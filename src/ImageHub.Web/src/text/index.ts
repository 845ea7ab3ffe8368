import { en } from "./en";

/** All that the app says, in one language. A language is one file of this shape, listed in `catalogues`. */
export type Messages = typeof en;

const catalogues: Record<string, Messages> = { en };

const language = navigator.languages.map((tag) => tag.split("-")[0] ?? "").find((tag) => tag in catalogues) ?? "en";

document.documentElement.lang = language;

export const text: Messages = catalogues[language] ?? en;
