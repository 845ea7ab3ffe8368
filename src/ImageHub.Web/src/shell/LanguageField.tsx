import { Languages } from "lucide-react";
import { text } from "../text";
import { type Language, language, languages } from "../text/locale";
import { chooseLanguage } from "../text/words";
import styles from "./LanguageField.module.css";

/** The page is rendered anew in another language: the field gets back the focus that it had. */
let hadFocus = false;

const take = (field: HTMLSelectElement | null) => {
  if (field === null || !hadFocus) return;
  hadFocus = false;
  field.focus({ preventScroll: true });
};

async function choose(chosen: Language) {
  hadFocus = true;
  // Without a connection the page stays as it is, and so does the field.
  await chooseLanguage(chosen).catch(() => {
    hadFocus = false;
  });
}

/** The languages that the page can be read in. */
export const LanguageField = () => (
  <span className={styles.field}>
    <Languages size={16} aria-hidden />
    <select
      ref={take}
      aria-label={text.app.language}
      value={language.get()}
      onChange={({ target }) => void choose(target.value as Language)}
    >
      {Object.entries(languages).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  </span>
);
