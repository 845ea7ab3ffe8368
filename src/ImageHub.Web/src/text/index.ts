import { en } from "./en";
import { type Language, language } from "./locale";

/** All that the app says, in one language. A language is one file of this shape, listed here and in `locale.ts`. */
export type Messages = typeof en;

const catalogues: Record<Language, Messages> = { en };

document.documentElement.lang = language;

export const text: Messages = catalogues[language];
