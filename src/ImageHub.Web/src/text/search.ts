import { en } from "./search.en";
import { speak, type Words } from "./words";

/** What the search and the photos by date say, in the language of the page: to be read when something is shown, never kept. */
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
