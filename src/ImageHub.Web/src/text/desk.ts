import { en } from "./desk.en";
import { type Language, language } from "./locale";

const catalogues: Record<Language, typeof en> = { en };

/** What the desk says, in the language of the page. */
export const deskText = catalogues[language];
