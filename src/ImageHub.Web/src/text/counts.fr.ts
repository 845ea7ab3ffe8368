/** A whole number from 0 on, as French writes it: in groups of three with narrow spaces that lines do not break at. */
export const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** Zero is singular, too. */
export const plural = (value: number, one: string, other: string) => `${count(value)}\u00a0${value < 2 ? one : other}`;

export const photos = (value: number) => plural(value, "photo", "photos");
