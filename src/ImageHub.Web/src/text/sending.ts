import { en } from "./sending.en";
import { speak, type Words } from "./words";

/** The texts of the sheet in which guests send photos, in the page's language. They must be read during rendering and never stored. */
export let sendingText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./sending.de"),
    fr: () => import("./sending.fr"),
    es: () => import("./sending.es"),
    ar: () => import("./sending.ar"),
  },
  (words) => {
    sendingText = words;
  },
);
