/** The range of a term's first match in a text, ignoring case and accents; undefined without a match. */
export function matchIn(text: string, term: string): [from: number, to: number] | undefined {
  const plain: string[] = [];
  /** The index in the text of each character of `plain`. */
  const places: number[] = [];
  let place = 0;
  for (const character of text) {
    for (const each of plainOf(character)) {
      plain.push(each);
      places.push(place);
    }
    place += character.length;
  }
  const wanted = [...plainOf(term)];
  if (wanted.length === 0) return undefined;
  const first = plain.findIndex((_, index) => wanted.every((each, further) => plain[index + further] === each));
  const from = places[first];
  return from === undefined ? undefined : [from, places[first + wanted.length] ?? text.length];
}

const plainOf = (text: string) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
