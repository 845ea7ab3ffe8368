import { useRef, useState } from "react";
import type { Selection } from "react-aria-components";
import { itemsOf, type Pages } from "../../api/pages";
import { inOrder } from "../../order/places";
import { keepFocus } from "../../shell/keepFocus";

/** A list that comes in pages. */
interface Query<T> {
  data: Pages<T> | undefined;
  hasNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<Query<T>>;
}

const nothing: Exclude<Selection, "all"> = new Set();

/** What is selected of a list of images. */
export function useSelection<T extends { id: string }>(query: Query<T>) {
  const images = itemsOf(query.data);
  const [selected, setSelected] = useState(nothing);
  const isQuiet = useRef(false);
  const ids = inOrder(images, [...selected].map(String));

  /** Everything, with what is not shown yet. */
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
    /** The selected ones' ids, in the list's order. */
    ids,
    /** The one that is selected, if it is one. */
    only: ids.length === 1 ? images.find(({ id }) => id === ids[0]) : undefined,
    loadAll,
    /** Selects nothing when something is selected, and everything otherwise. */
    toggleAll: async () => (ids.length > 0 ? setSelected(nothing) : await selectAll()),
    /** Selects nothing. The buttons for a selection go with it: the focus is not to go with them. */
    deselect: () => {
      setSelected(nothing);
      keepFocus(
        () => document.querySelector<HTMLElement>("#content [role=grid]"),
        (grid) => {
          // The list selects what gets the focus.
          isQuiet.current = true;
          grid.focus({ preventScroll: true });
          isQuiet.current = false;
        },
      );
    },
  };
}
