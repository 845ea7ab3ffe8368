import type { Schemas } from "../../api/client";

/** The photographer and the copyright notice in one line. A notice that names the photographer stands alone. */
export function creditOf({ creator, copyright }: Pick<Schemas["ImageDetails"], "creator" | "copyright">) {
  if (creator && copyright?.includes(creator)) return copyright;
  return [creator, copyright].filter(Boolean).join(" · ");
}
