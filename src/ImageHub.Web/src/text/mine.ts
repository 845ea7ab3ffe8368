import { type Language, language } from "./locale";
import { en } from "./mine.en";

const catalogues: Record<Language, typeof en> = { en };

/** What the pages of signed-in people say, in the language of the page. */
export const mineText = catalogues[language];
