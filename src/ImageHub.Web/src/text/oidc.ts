import { en } from "./oidc.en";
import { speak, type Words } from "./words";

/** The texts about the OpenID Connect provider in the page's language. They must be read during rendering and never stored. */
export let oidcText: Words<typeof en> = en;

speak<typeof en>(
  en,
  {
    de: () => import("./oidc.de"),
    fr: () => import("./oidc.fr"),
    es: () => import("./oidc.es"),
    ar: () => import("./oidc.ar"),
  },
  (words) => {
    oidcText = words;
  },
);
