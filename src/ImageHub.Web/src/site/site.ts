import { queryOptions, useQuery } from "@tanstack/react-query";
import { useLayoutEffect } from "react";
import { api, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";

type Answer = Schemas["SiteResponse"];

/** The owner's site as visitors see it. */
export type Site = Omit<Answer, "logo"> & {
  logo: { low: Pick<Schemas["RenditionLink"], "url" | "width" | "height"> } | null;
};

/** What the server has written into the first page; it does so where the page's address is that of a gallery, a group, a photo or a link. */
const written = document.getElementById("site")?.textContent;

export const siteQuery = queryOptions<Site>({
  queryKey: keys.site,
  queryFn: ({ signal }) => photographs(api.GET("/api/v1/site", { signal })),
  initialData: written ? () => JSON.parse(written) : undefined,
  staleTime: 5 * 60_000,
});

/** The owner's site; undefined until it is known. */
export const useSite = () => useQuery(siteQuery).data;

/** Has the whole page use the owner's colour: the style sheet makes of it what can be read in light and in dark. */
export function useAccent() {
  const accent = useSite()?.accent;
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.toggleAttribute("data-accent", Boolean(accent));
    root.style.setProperty("--own-accent", accent ?? null);
  }, [accent]);
}
