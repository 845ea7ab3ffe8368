/** A whole number from 0 in French notation: groups of three digits with narrow no-break spaces. */
export const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** Zero takes the singular. */
export const plural = (value: number, one: string, other: string) => `${count(value)}\u00a0${value < 2 ? one : other}`;

export const photos = (value: number) => plural(value, "photo", "photos");
