import { queryOptions, useQuery } from "@tanstack/react-query";
import { useLayoutEffect } from "react";
import { api, photographs, type Schemas } from "../api/client";
import { keys } from "../api/keys";

type Answer = Schemas["SiteResponse"];

/** The site's settings as visitors get them. */
export type Site = Omit<Answer, "logo"> & {
  logo: { low: Pick<Schemas["RenditionLink"], "url" | "width" | "height"> } | null;
};

/** The settings that the server has written into the document of a gallery, group, photo or link page. */
const written = document.getElementById("site")?.textContent;

export const siteQuery = queryOptions<Site>({
  queryKey: keys.site,
  queryFn: ({ signal }) => photographs(api.GET("/api/v1/site", { signal })),
  initialData: written ? () => JSON.parse(written) : undefined,
  staleTime: 5 * 60_000,
});

/** The site's settings; undefined until they are loaded. */
export const useSite = () => useQuery(siteQuery).data;

/** Applies the owner's colour to the page. The style sheet derives readable shades for light and dark. */
export function useAccent() {
  const accent = useSite()?.accent;
  useLayoutEffect(() => {
    const { documentElement: root } = document;
    root.toggleAttribute("data-accent", Boolean(accent));
    root.style.setProperty("--own-accent", accent ?? null);
  }, [accent]);
}
