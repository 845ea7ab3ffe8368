/** The first page's texts in the languages other than English. */
export const others = {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  ar: () => import("./ar"),
};
