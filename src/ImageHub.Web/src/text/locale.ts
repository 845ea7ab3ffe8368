import { store } from "../api/store";

/** The languages that there are words in, as their speakers call them. */
export const languages = { en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" };

export type Language = keyof typeof languages;

const stored = "imagehub.language";

const isSpoken = (tag: string | null): tag is Language => tag !== null && Object.hasOwn(languages, tag);

const primary = (tag: string) => tag.split("-")[0] ?? "";

/** What was chosen here, else the first language that the reader's browser asks for and that there are words in. */
function wanted(): Language {
  const chosen = localStorage.getItem(stored);
  return isSpoken(chosen) ? chosen : (navigator.languages.map(primary).find(isSpoken) ?? "en");
}

/** The page's language. */
export const language = store<Language>(wanted());

/** Numbers and dates are written as the page's language writes them, where the reader asks for it in a country's way: "en-GB". */
export let locale: string;

function apply(spoken: Language) {
  const tag = navigator.languages.find((asked) => primary(asked) === spoken) ?? spoken;
  // The words' own numbers have these digits, too. Not by Intl.Locale, which costs the first script a third of its time.
  locale = `${tag.replace(/-\w-.*/, "")}-u-nu-latn`;
  document.documentElement.lang = spoken;
  document.documentElement.dir = spoken === "ar" ? "rtl" : "ltr";
}

apply(language.get());

/** Whether lines of the page run from right to left. */
export const isRightToLeft = () => document.documentElement.dir === "rtl";

/** Changes the page's language, and keeps it for the next visit. What is shown has to be rendered anew. */
export function remember(chosen: Language) {
  localStorage.setItem(stored, chosen);
  apply(chosen);
  language.set(chosen);
}
