import { plural } from "./counts.en";

/** The English texts of the search and the timeline. They load with these pages. */
export const en = {
  title: "Search",
  resultsFor: (term: string) => `Results for “${term}”`,
  all: "All photos",
  suggestions: "Suggestions",
  groups: "Galleries",
  photos: "Photos",
  allResults: (term: string) => `All results for “${term}”`,
  nothing: "Nothing was found",
  nothingText: "Search for a part of a title, a file name, a tag or a camera, or choose fewer tags.",
  foundGroups: (value: number, hasMore: boolean) =>
    `${hasMore ? "More than " : ""}${plural(value, "gallery was found", "galleries were found")}`,
  foundPhotos: (value: number, hasMore: boolean) =>
    `${hasMore ? "More than " : ""}${plural(value, "photo was found", "photos were found")}`,
  moreGroups: "More galleries",
  tags: "Tags",
  sort: "Sort by",
  sorts: {
    "-createdAt": "Added, newest first",
    createdAt: "Added, oldest first",
    "-takenAt": "Taken, newest first",
    takenAt: "Taken, oldest first",
    fileName: "File name, A to Z",
    "-fileName": "File name, Z to A",
  },
  byDate: "Photos by date",
  years: "Years",
  month: "Month",
  newer: "Newer photos",
  noPhotos: "No photos yet",
  noPhotosText: "Photos appear here as soon as they are published.",
};
