/** A whole number from 0 in Spanish notation: digits are grouped from five digits on. */
export const count = (value: number) =>
  value < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, ".");

export const plural = (value: number, one: string, other: string) => `${count(value)} ${value === 1 ? one : other}`;

export const photos = (value: number) => plural(value, "foto", "fotos");
