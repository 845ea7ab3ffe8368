import { queryOptions, useQuery } from "@tanstack/react-query";
import { useLayoutEffect } from "react";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

/** The site's settings as visitors get them. */
export type Site = Schemas["SiteResponse"];
export type Logo = NonNullable<Site["logo"]>;

/** The settings that the server has written into the document of a gallery, group, photo, link or `/about` page. */
const written = document.getElementById("site")?.textContent;

export const siteQuery = queryOptions<Site>({
  queryKey: keys.site,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/site", { signal })),
  initialData: written ? () => JSON.parse(written) : undefined,
  staleTime: 5 * 60_000,
});

/** The site's settings; undefined until they are loaded. */
export const useSite = () => useQuery(siteQuery).data;

/** Whether the pages show products and their stock. */
export const useHasProducts = () => useSite()?.hasProducts ?? false;

/**
 * Applies the owner's colour and typeface to the page. The style sheet derives readable shades for light and dark. The
 * server has already written the typeface into the first page.
 */
export function useAppearance() {
  const { accent, typeface } = useSite() ?? {};
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.toggleAttribute("data-accent", Boolean(accent));
    root.style.setProperty("--own-accent", accent ?? null);
    if (typeface) root.dataset.typeface = typeface;
  }, [accent, typeface]);
}
