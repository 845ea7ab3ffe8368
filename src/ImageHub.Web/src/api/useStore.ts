import { useSyncExternalStore } from "react";
import type { Store } from "./store";

/** Renders the component again when the value changes. A separate file, because the first scripts run without React. */
export const useStore = <T>(from: Store<T>) => useSyncExternalStore(from.subscribe, from.get);
