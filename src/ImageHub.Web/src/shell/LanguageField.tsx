import { Languages } from "lucide-react";
import { text } from "../text";
import { type Language, language, languages } from "../text/locale";
import { chooseLanguage } from "../text/words";
import styles from "./LanguageField.module.css";

/** Whether the next field takes the focus. A change of language replaces the page's elements, including the field. */
let hadFocus = false;

const take = (field: HTMLSelectElement | null) => {
  if (field === null || !hadFocus) return;
  hadFocus = false;
  field.focus({ preventScroll: true });
};

async function choose(chosen: Language) {
  hadFocus = true;
  // If the texts cannot be loaded, neither the page nor the field changes.
  await chooseLanguage(chosen).catch(() => {
    hadFocus = false;
  });
}

/** The select for the page's language. */
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
