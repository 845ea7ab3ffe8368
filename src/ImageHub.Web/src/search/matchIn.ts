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
  const wanted = [...term].flatMap((character) => [...plainOf(character)]);
  if (wanted.length === 0) return undefined;
  const first = plain.findIndex((_, index) => wanted.every((each, further) => plain[index + further] === each));
  const from = places[first];
  return from === undefined ? undefined : [from, places[first + wanted.length] ?? text.length];
}

/** One character without case and accents. A sigma at the end of a word is an ordinary one. */
const plainOf = (character: string) =>
  character.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace("ς", "σ");
