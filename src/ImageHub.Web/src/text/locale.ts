import { forAllTabs } from "../api/storage";
import { store } from "../api/store";

/** The supported languages with their own names. */
export const languages = { en: "English", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية" };

export type Language = keyof typeof languages;

const stored = "imagehub.language";

const isSpoken = (tag: string | null): tag is Language => tag !== null && Object.hasOwn(languages, tag);

const primary = (tag: string) => tag.split("-")[0] ?? "";

/** The stored choice, or else the first supported language of the browser's preferences, or else English. */
function wanted(): Language {
  const chosen = forAllTabs.get(stored);
  return isSpoken(chosen) ? chosen : (navigator.languages.map(primary).find(isSpoken) ?? "en");
}

/** The page's language. */
export const language = store<Language>(wanted());

/** The locale of numbers and dates: the reader's regional variant of the page's language, such as "en-GB", if there is one. */
export let locale: string;

function apply(spoken: Language) {
  const tag = navigator.languages.find((asked) => primary(asked) === spoken) ?? spoken;
  // The locale has Latin digits, as the texts do, and the calendar of date fields and addresses: some regions have others.
  // Intl.Locale would take a third of the first script's time.
  locale = `${tag.replace(/-\w-.*/, "")}-u-ca-gregory-nu-latn`;
  document.documentElement.lang = spoken;
  document.documentElement.dir = spoken === "ar" ? "rtl" : "ltr";
}

apply(language.get());

/** Whether the page's direction is right to left. */
export const isRightToLeft = () => document.documentElement.dir === "rtl";

/** Changes the page's language and stores it for the next visit. `App` then renders the page again. */
export function remember(chosen: Language) {
  forAllTabs.set(stored, chosen);
  apply(chosen);
  language.set(chosen);
}
