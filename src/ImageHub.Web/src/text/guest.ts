import { en } from "./guest.en";
import { speak, type Words } from "./words";

/** The texts of downloads, guests' choices and links to groups, in the page's language. They must be read during rendering and never stored. */
export let guestText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./guest.de"),
    fr: () => import("./guest.fr"),
    es: () => import("./guest.es"),
    ar: () => import("./guest.ar"),
  },
  (words) => {
    guestText = words;
  },
);
