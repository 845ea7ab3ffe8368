import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useStore } from "../../api/store";
import type { ViewerChoice } from "../../images/viewer/viewerChoice";
import { chosen, favouritesOf, setFavourite, standing } from "./favourites";

/** What this guest has chosen under a link, for the page and its viewer; undefined: the link allows nothing, or it has not been read. */
export function useChoice(token: string, isAllowed: boolean): ViewerChoice | undefined {
  const { data } = useQuery({ ...favouritesOf(token), enabled: isAllowed });
  const { failure } = useStore(standing);
  const notes = useMemo(() => new Map(data?.items.map(({ imageId, note }) => [imageId, note ?? ""])), [data]);
  useEffect(() => chosen.set(new Set(notes.keys())), [notes]);
  // What was said of one link's choice is not said of another's.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each link anew.
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
