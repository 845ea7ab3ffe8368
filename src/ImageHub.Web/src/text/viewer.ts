import { type Language, language } from "./locale";
import { en } from "./viewer.en";

const catalogues: Record<Language, typeof en> = { en };

/** What the viewer says, in the language of the page. */
export const viewerText = catalogues[language];
