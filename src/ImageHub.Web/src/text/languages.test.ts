import { expect, it } from "vitest";
import { words as ar } from "./ar";
import { words as de } from "./de";
import { words as deskAr } from "./desk.ar";
import { words as deskDe } from "./desk.de";
import { en as deskEn } from "./desk.en";
import { words as deskEs } from "./desk.es";
import { words as deskFr } from "./desk.fr";
import { en } from "./en";
import { words as es } from "./es";
import { words as fr } from "./fr";
import { words as guestAr } from "./guest.ar";
import { words as guestDe } from "./guest.de";
import { en as guestEn } from "./guest.en";
import { words as guestEs } from "./guest.es";
import { words as guestFr } from "./guest.fr";
import { words as mineAr } from "./mine.ar";
import { words as mineDe } from "./mine.de";
import { en as mineEn } from "./mine.en";
import { words as mineEs } from "./mine.es";
import { words as mineFr } from "./mine.fr";
import { words as oidcAr } from "./oidc.ar";
import { words as oidcDe } from "./oidc.de";
import { en as oidcEn } from "./oidc.en";
import { words as oidcEs } from "./oidc.es";
import { words as oidcFr } from "./oidc.fr";
import { words as passkeysAr } from "./passkeys.ar";
import { words as passkeysDe } from "./passkeys.de";
import { en as passkeysEn } from "./passkeys.en";
import { words as passkeysEs } from "./passkeys.es";
import { words as passkeysFr } from "./passkeys.fr";
import { words as searchAr } from "./search.ar";
import { words as searchDe } from "./search.de";
import { en as searchEn } from "./search.en";
import { words as searchEs } from "./search.es";
import { words as searchFr } from "./search.fr";
import { words as sendingAr } from "./sending.ar";
import { words as sendingDe } from "./sending.de";
import { en as sendingEn } from "./sending.en";
import { words as sendingEs } from "./sending.es";
import { words as sendingFr } from "./sending.fr";
import { words as viewerAr } from "./viewer.ar";
import { words as viewerDe } from "./viewer.de";
import { en as viewerEn } from "./viewer.en";
import { words as viewerEs } from "./viewer.es";
import { words as viewerFr } from "./viewer.fr";

const english = {
  page: en,
  desk: deskEn,
  mine: mineEn,
  oidc: oidcEn,
  passkeys: passkeysEn,
  viewer: viewerEn,
  guest: guestEn,
  search: searchEn,
  sending: sendingEn,
};
const others = {
  de: {
    page: de,
    desk: deskDe,
    mine: mineDe,
    oidc: oidcDe,
    passkeys: passkeysDe,
    viewer: viewerDe,
    guest: guestDe,
    search: searchDe,
    sending: sendingDe,
  },
  fr: {
    page: fr,
    desk: deskFr,
    mine: mineFr,
    oidc: oidcFr,
    passkeys: passkeysFr,
    viewer: viewerFr,
    guest: guestFr,
    search: searchFr,
    sending: sendingFr,
  },
  es: {
    page: es,
    desk: deskEs,
    mine: mineEs,
    oidc: oidcEs,
    passkeys: passkeysEs,
    viewer: viewerEs,
    guest: guestEs,
    search: searchEs,
    sending: sendingEs,
  },
  ar: {
    page: ar,
    desk: deskAr,
    mine: mineAr,
    oidc: oidcAr,
    passkeys: passkeysAr,
    viewer: viewerAr,
    guest: guestAr,
    search: searchAr,
    sending: sendingAr,
  },
};

/** Every text by its path: ".page.gallery.empty". Functions are called for 1, 2 and 3, with the first list of arguments that they accept. */
function textsOf(words: unknown, place = ""): [string, string][] {
  if (typeof words === "string") return [[place, words]];
  if (typeof words === "function") return [1, 2, 3].map((count) => [`${place}(${count})`, String(said(words, count))]);
  return Object.entries(words as object).flatMap(([name, inner]) => textsOf(inner, `${place}.${name}`));
}

function said(words: CallableFunction, count: number): string {
  for (const values of [
    [count, 7, 2, 1, 5],
    ["three", "seven"],
    [["three"], true],
  ])
    try {
      return words(...values);
    } catch {
      // The function expects other arguments.
    }
  return words([3], "two", "one", "seven");
}

it.each(Object.entries(others))("%s has the same texts as English", (_, words) => {
  const places = (texts: unknown) =>
    textsOf(texts)
      .map(([place]) => place)
      .sort();
  expect(places(words)).toEqual(places(english));
});

it.each(Object.entries(others))("%s leaves no text empty", (_, words) => {
  expect(textsOf(words).filter(([, text]) => text.trim() === "")).toEqual([]);
});

it.each(Object.entries(others))("%s translates every text of several words", (_, words) => {
  const said = new Map(textsOf(english));
  const hasWords = (text: string) => (text.match(/\p{L}{2,}/gu) ?? []).length > 2;
  expect(textsOf(words).filter(([place, text]) => hasWords(text) && said.get(place) === text)).toEqual([]);
});

it("fr has no breaking space before punctuation", () => {
  expect(textsOf(others.fr).filter(([, text]) => /« | [»:;?!%]/.test(text))).toEqual([]);
});

it("ar uses the oblique dual for objects and after prepositions", () => {
  const { guest, mine, search } = others.ar;
  expect([guest.download.title(2), search.foundGroups(2, false), search.foundPhotos(2, true)]).toEqual([
    "تنزيل صورتين",
    "عُثر على معرضين",
    "عُثر على أكثر من صورتين",
  ]);
  expect([mine.deleted(2), mine.uploads.uploading(2)]).toEqual(["حُذفت صورتان.", "جارٍ رفع ملفين"]);
});

it.each([
  [0, "0 Fotos", "0\u00a0photo", "0 fotos", "0 صورة"],
  [1, "1 Foto", "1\u00a0photo", "1 foto", "صورة واحدة"],
  [2, "2 Fotos", "2\u00a0photos", "2 fotos", "صورتان"],
  [3, "3 Fotos", "3\u00a0photos", "3 fotos", "3 صور"],
  [11, "11 Fotos", "11\u00a0photos", "11 fotos", "11 صورة"],
  [1000, "1.000 Fotos", "1\u202f000\u00a0photos", "1000 fotos", "1,000 صورة"],
  [12_345, "12.345 Fotos", "12\u202f345\u00a0photos", "12.345 fotos", "12,345 صورة"],
])("%i photos are counted in every language", (value, german, french, spanish, arabic) => {
  expect([de, fr, es, ar].map((words) => words.common.photos(value))).toEqual([german, french, spanish, arabic]);
});
