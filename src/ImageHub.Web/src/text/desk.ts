import { en } from "./desk.en";
import { speak, type Words } from "./words";

/** What the desk says, in the language of the page: to be read when something is shown, never kept. */
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
