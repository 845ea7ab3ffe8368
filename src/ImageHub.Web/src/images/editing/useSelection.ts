import { useRef, useState } from "react";
import type { Selection } from "react-aria-components";
import { itemsOf, type Pages } from "../../api/pages";
import { tellFailure } from "../../design/overlays/toasts";
import { inOrder } from "../../order/places";
import { keepFocus } from "../../shell/keepFocus";
import { mineText } from "../../text/mine";

/** A paged query. */
interface Query<T> {
  data: Pages<T> | undefined;
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: () => Promise<Query<T>>;
}

const nothing: Exclude<Selection, "all"> = new Set();

/** The selection in a list of images. */
export function useSelection<T extends { id: string }>(query: Query<T>) {
  const images = itemsOf(query.data);
  const [selected, setSelected] = useState(nothing);
  const isQuiet = useRef(false);
  const ids = inOrder(images, [...selected].map(String));

  /** Loads all pages and returns the images. Reports a page that fails to load, and returns null. */
  async function loadAll() {
    let last = query;
    while (last.hasNextPage) {
      last = await last.fetchNextPage();
      if (!last.isFetchNextPageError) continue;
      tellFailure(mineText.desk.notAllLoaded, last.error);
      return null;
    }
    return itemsOf(last.data);
  }

  async function selectAll() {
    const all = await loadAll();
    if (all !== null) setSelected(new Set(all.map(({ id }) => id)));
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
