import { en } from "./mine.en";
import { speak, type Words } from "./words";

/** The texts for signed-in users in the page's language. They must be read during rendering and never stored. */
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
