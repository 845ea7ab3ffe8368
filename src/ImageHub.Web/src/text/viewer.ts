import { en } from "./viewer.en";
import { speak, type Words } from "./words";

/** The viewer's texts in the page's language. They must be read during rendering and never stored. */
export let viewerText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./viewer.de"),
    fr: () => import("./viewer.fr"),
    es: () => import("./viewer.es"),
    ar: () => import("./viewer.ar"),
  },
  (words) => {
    viewerText = words;
  },
);
