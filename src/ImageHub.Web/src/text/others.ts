/** The words of the first page in other languages than English. */
export const others = {
  de: () => import("./de"),
  fr: () => import("./fr"),
  es: () => import("./es"),
  ar: () => import("./ar"),
};
