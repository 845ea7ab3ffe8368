import { useSyncExternalStore } from "react";
import type { Store } from "./store";

/** Renders the component again when the value changes. In a file of its own, because the first scripts do without React. */
export const useStore = <T>(from: Store<T>) => useSyncExternalStore(from.subscribe, from.get);
