/** The loaders of the texts of `en.ts` in the other languages. */
export const others = {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  ar: () => import("./ar"),
};
