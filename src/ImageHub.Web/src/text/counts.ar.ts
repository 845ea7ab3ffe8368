const rules = new Intl.PluralRules("ar");

/** A whole number from 0, with the digits that the page uses in Arabic. */
export const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** A number with its noun. Arabic has no numeral for one and two, the plural for three to ten, and two forms of the singular above ten. */
export function plural(value: number, one: string, two: string, few: string, many: string, other: string) {
  const form = rules.select(value);
  if (form === "one") return one;
  if (form === "two") return two;
  return `${count(value)} ${form === "few" ? few : form === "many" ? many : other}`;
}

export const photos = (value: number) => plural(value, "صورة واحدة", "صورتان", "صور", "صورة", "صورة");

export const files = (value: number) => plural(value, "ملف واحد", "ملفان", "ملفات", "ملفًا", "ملف");

export const groups = (value: number) => plural(value, "مجموعة واحدة", "مجموعتان", "مجموعات", "مجموعة", "مجموعة");

export const stars = (value: number) => plural(value, "نجمة واحدة", "نجمتان", "نجوم", "نجمة", "نجمة");

/** The same in the oblique case, after a noun or a preposition, where two has another ending. */
export const oblique = {
  photos: (value: number) => plural(value, "صورة واحدة", "صورتين", "صور", "صورة", "صورة"),
  files: (value: number) => plural(value, "ملف واحد", "ملفين", "ملفات", "ملفًا", "ملف"),
  galleries: (value: number) => plural(value, "معرض واحد", "معرضين", "معارض", "معرضًا", "معرض"),
};

/** A name within a sentence, isolated from the direction of the text around it (Unicode UAX 9). */
export const isolated = (name: string) => `\u2068${name}\u2069`;

export const quoted = (name: string) => `«${isolated(name)}»`;
