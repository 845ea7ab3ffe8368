import { en } from "./search.en";
import { speak, type Words } from "./words";

/** The texts of the search and the timeline in the page's language. They must be read during rendering and never stored. */
export let searchText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./search.de"),
    fr: () => import("./search.fr"),
    es: () => import("./search.es"),
    ar: () => import("./search.ar"),
  },
  (words) => {
    searchText = words;
  },
);
