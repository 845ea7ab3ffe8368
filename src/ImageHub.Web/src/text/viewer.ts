import { en } from "./viewer.en";
import { speak, type Words } from "./words";

/** What the viewer says, in the language of the page: to be read when something is shown, never kept. */
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
