const rules = new Intl.PluralRules("ar");

/** A whole number from 0 on, with the digits that the page uses for Arabic. */
export const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * A number of things. Arabic says one and two without a number, three to ten with the plural, eleven to ninety-nine and others with two
 * forms of the singular.
 */
export function plural(value: number, one: string, two: string, few: string, many: string, other: string) {
  const form = rules.select(value);
  if (form === "one") return one;
  if (form === "two") return two;
  return `${count(value)} ${form === "few" ? few : form === "many" ? many : other}`;
}

export const photos = (value: number) => plural(value, "صورة واحدة", "صورتان", "صور", "صورة", "صورة");

export const files = (value: number) => plural(value, "ملف واحد", "ملفان", "ملفات", "ملفًا", "ملف");

export const groups = (value: number) => plural(value, "مجموعة واحدة", "مجموعتان", "مجموعات", "مجموعة", "مجموعة");

/** The same as an object, or after a noun or a preposition: there two have another ending. */
export const oblique = {
  photos: (value: number) => plural(value, "صورة واحدة", "صورتين", "صور", "صورة", "صورة"),
  files: (value: number) => plural(value, "ملف واحد", "ملفين", "ملفات", "ملفًا", "ملف"),
  groups: (value: number) => plural(value, "مجموعة واحدة", "مجموعتين", "مجموعات", "مجموعة", "مجموعة"),
};

/** A name within a sentence, in marks that keep its own direction from the words around it (Unicode UAX 9, isolates). */
export const isolated = (name: string) => `\u2068${name}\u2069`;

export const quoted = (name: string) => `«${isolated(name)}»`;
