/** A whole number from 0 in German notation. */
export const count = (value: number) => String(value).replace(/\B(?=(\d{3})+$)/g, ".");

export const plural = (value: number, one: string, other: string) => `${count(value)} ${value === 1 ? one : other}`;

export const photos = (value: number) => plural(value, "Foto", "Fotos");
