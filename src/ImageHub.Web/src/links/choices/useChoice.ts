import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useStore } from "../../api/useStore";
import type { ViewerChoice } from "../../images/viewer/viewerChoice";
import { chosen, favouritesOf, setFavourite, standing } from "./favourites";

/** The guest's choice for a link's page and viewer; undefined until the choice is loaded, or if the link allows no choice. */
export function useChoice(token: string, isAllowed: boolean): ViewerChoice | undefined {
  const { data } = useQuery({ ...favouritesOf(token), enabled: isAllowed });
  const { failure } = useStore(standing);
  const notes = useMemo(() => new Map(data?.items.map(({ imageId, note }) => [imageId, note ?? ""])), [data]);
  useEffect(() => chosen.set(new Set(notes.keys())), [notes]);
  // The messages about one link's choice do not apply to another link.
  // biome-ignore lint/correctness/useExhaustiveDependencies: resets the messages with each link.
  useEffect(() => () => standing.set({}), [token]);
  return useMemo(
    () =>
      isAllowed && data !== undefined
        ? {
            has: (id) => notes.has(id),
            noteOn: (id) => notes.get(id) ?? "",
            toggle: (id) => void setFavourite(token, id, notes.has(id) ? null : ""),
            annotate: (id, note) => setFavourite(token, id, note),
            failure,
          }
        : undefined,
    [isAllowed, data, notes, token, failure],
  );
}

export const useIsChosen = (id: string) => useSyncExternalStore(chosen.subscribe, () => chosen.get().has(id));
