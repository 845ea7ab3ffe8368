import { useRef, useState } from "react";
import type { Selection } from "react-aria-components";
import { itemsOf, type Pages } from "../../api/pages";
import { inOrder } from "../../order/places";
import { keepFocus } from "../../shell/keepFocus";

/** A paged query. */
interface Query<T> {
  data: Pages<T> | undefined;
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<Query<T>>;
}

const nothing: Exclude<Selection, "all"> = new Set();

/** The selection in a list of images. */
export function useSelection<T extends { id: string }>(query: Query<T>) {
  const images = itemsOf(query.data);
  const [selected, setSelected] = useState(nothing);
  const isQuiet = useRef(false);
  const ids = inOrder(images, [...selected].map(String));

  /** Loads all pages and returns the loaded images. Stops if a page fails to load. */
  async function loadAll() {
    let last = query;
    while (last.hasNextPage && !last.isFetchNextPageError) last = await last.fetchNextPage();
    return itemsOf(last.data);
  }

  async function selectAll() {
    setSelected(new Set((await loadAll()).map(({ id }) => id)));
  }

  return {
    images,
    selected,
    setSelected: (next: Selection) => {
      if (isQuiet.current) return;
      if (next === "all") void selectAll();
      else setSelected(next);
    },
    /** The selected ids in list order. */
    ids,
    /** The selected image if exactly one is selected. */
    only: ids.length === 1 ? images.find(({ id }) => id === ids[0]) : undefined,
    loadAll,
    /** Clears the selection or, if no image is selected, selects all images. */
    toggleAll: async () => (ids.length > 0 ? setSelected(nothing) : await selectAll()),
    /** Clears the selection. Focuses the grid, because the selection's buttons disappear. */
    deselect: () => {
      setSelected(nothing);
      keepFocus(
        () => document.querySelector<HTMLElement>("#content [role=grid]"),
        (grid) => {
          // The list selects an item that gets the focus.
          isQuiet.current = true;
          grid.focus({ preventScroll: true });
          isQuiet.current = false;
        },
      );
    },
  };
}
