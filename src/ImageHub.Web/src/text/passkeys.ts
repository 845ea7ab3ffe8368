import { en } from "./passkeys.en";
import { speak, type Words } from "./words";

/** The texts about passkeys in the page's language. They must be read during rendering and never stored. */
export let passkeyText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./passkeys.de"),
    fr: () => import("./passkeys.fr"),
    es: () => import("./passkeys.es"),
    ar: () => import("./passkeys.ar"),
  },
  (words) => {
    passkeyText = words;
  },
);
