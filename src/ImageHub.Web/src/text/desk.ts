import { en } from "./desk.en";
import { speak, type Words } from "./words";

/** The desk's texts in the page's language. They must be read during rendering and never stored. */
export let deskText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./desk.de"),
    fr: () => import("./desk.fr"),
    es: () => import("./desk.es"),
    ar: () => import("./desk.ar"),
  },
  (words) => {
    deskText = words;
  },
);
