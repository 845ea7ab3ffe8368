import { photos, plural } from "./counts.de";
import type { en } from "./search.en";
import type { Words } from "./words";

/** Die Wörter der Suche und der Fotos nach Datum auf Deutsch. */
export const words: Words<typeof en> = {
  title: "Suche",
  resultsFor: (term) => `Treffer für „${term}“`,
  all: "Alle Fotos",
  suggestions: "Vorschläge",
  groups: "Galerien",
  photos: "Fotos",
  allResults: (term) => `Alle Treffer für „${term}“`,
  nothing: "Nichts gefunden",
  nothingText:
    "Suchen Sie nach einem Teil eines Titels, eines Dateinamens, eines Schlagworts oder einer Kamera, oder wählen Sie weniger Schlagwörter.",
  foundGroups: (value, hasMore) => `${hasMore ? "Mehr als " : ""}${plural(value, "Galerie", "Galerien")} gefunden`,
  foundPhotos: (value, hasMore) => `${hasMore ? "Mehr als " : ""}${photos(value)} gefunden`,
  moreGroups: "Weitere Galerien",
  tags: "Schlagwörter",
  sort: "Sortieren nach",
  sorts: {
    "-createdAt": "Hinzugefügt, neueste zuerst",
    createdAt: "Hinzugefügt, älteste zuerst",
    "-takenAt": "Aufgenommen, neueste zuerst",
    takenAt: "Aufgenommen, älteste zuerst",
    fileName: "Dateiname, A bis Z",
    "-fileName": "Dateiname, Z bis A",
  },
  byDate: "Fotos nach Datum",
  years: "Jahre",
  month: "Monat",
  newer: "Neuere Fotos",
  noPhotos: "Noch keine Fotos",
  noPhotosText: "Fotos erscheinen hier, sobald sie veröffentlicht sind.",
};
