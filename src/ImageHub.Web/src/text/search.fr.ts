import { photos, plural } from "./counts.fr";
import type { en } from "./search.en";
import type { Words } from "./words";

/** Les mots de la recherche et des photos par date en français. */
export const words: Words<typeof en> = {
  title: "Recherche",
  resultsFor: (term) => `Résultats pour «\u00a0${term}\u00a0»`,
  all: "Toutes les photos",
  suggestions: "Suggestions",
  groups: "Galeries",
  photos: "Photos",
  allResults: (term) => `Tous les résultats pour «\u00a0${term}\u00a0»`,
  nothing: "Rien n’a été trouvé",
  nothingText:
    "Cherchez une partie d’un titre, d’un nom de fichier, d’un mot-clé ou d’un appareil, ou choisissez moins de mots-clés.",
  foundGroups: (value, hasMore) =>
    hasMore ? `Plus de ${plural(value, "galerie", "galeries")}` : plural(value, "galerie trouvée", "galeries trouvées"),
  foundPhotos: (value, hasMore) =>
    hasMore ? `Plus de ${photos(value)}` : plural(value, "photo trouvée", "photos trouvées"),
  moreGroups: "Autres galeries",
  tags: "Mots-clés",
  sort: "Trier par",
  sorts: {
    "-createdAt": "Ajout, les plus récentes d’abord",
    createdAt: "Ajout, les plus anciennes d’abord",
    "-takenAt": "Prise de vue, les plus récentes d’abord",
    takenAt: "Prise de vue, les plus anciennes d’abord",
    fileName: "Nom de fichier, de A à Z",
    "-fileName": "Nom de fichier, de Z à A",
  },
  byDate: "Photos par date",
  years: "Années",
  month: "Mois",
  newer: "Photos plus récentes",
  noPhotos: "Pas encore de photos",
  noPhotosText: "Les photos apparaissent ici dès qu’elles sont publiées.",
};
