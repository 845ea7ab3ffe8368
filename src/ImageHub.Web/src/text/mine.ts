import { en } from "./mine.en";
import { speak, type Words } from "./words";

/** What the pages of signed-in people say, in the language of the page: to be read when something is shown, never kept. */
export let mineText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./mine.de"),
    fr: () => import("./mine.fr"),
    es: () => import("./mine.es"),
    ar: () => import("./mine.ar"),
  },
  (words) => {
    mineText = words;
  },
);
