import { photos, plural } from "./counts.es";
import type { en } from "./search.en";
import type { Words } from "./words";

/** Las palabras de la búsqueda y de las fotos por fecha en español. */
export const words: Words<typeof en> = {
  title: "Búsqueda",
  resultsFor: (term) => `Resultados de «${term}»`,
  all: "Todas las fotos",
  suggestions: "Sugerencias",
  groups: "Galerías",
  photos: "Fotos",
  allResults: (term) => `Todos los resultados de «${term}»`,
  nothing: "No se ha encontrado nada",
  nothingText:
    "Busque una parte de un título, un nombre de archivo, una etiqueta o una cámara, o elija menos etiquetas.",
  foundGroups: (value, hasMore) =>
    hasMore
      ? `Más de ${plural(value, "galería", "galerías")}`
      : plural(value, "galería encontrada", "galerías encontradas"),
  foundPhotos: (value, hasMore) =>
    hasMore ? `Más de ${photos(value)}` : plural(value, "foto encontrada", "fotos encontradas"),
  moreGroups: "Más galerías",
  tags: "Etiquetas",
  sort: "Ordenar por",
  sorts: {
    "-createdAt": "Añadidas, las más nuevas primero",
    createdAt: "Añadidas, las más antiguas primero",
    "-takenAt": "Tomadas, las más nuevas primero",
    takenAt: "Tomadas, las más antiguas primero",
    fileName: "Nombre de archivo, de la A a la Z",
    "-fileName": "Nombre de archivo, de la Z a la A",
  },
  byDate: "Fotos por fecha",
  years: "Años",
  month: "Mes",
  newer: "Fotos más nuevas",
  noPhotos: "Todavía no hay fotos",
  noPhotosText: "Las fotos aparecen aquí en cuanto se publican.",
};
