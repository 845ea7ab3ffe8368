import { en } from "./guest.en";
import { speak, type Words } from "./words";

/** What downloads and guests' choices say, in the language of the page: to be read when something is shown, never kept. */
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
