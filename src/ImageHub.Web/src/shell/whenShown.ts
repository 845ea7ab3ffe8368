import { type ComponentType, lazy } from "react";
import { connection, sawNoAnswer } from "../api/connection";
import { haveWords } from "../text/words";

/**
 * A component whose code and texts are loaded when it is first shown. If they cannot be loaded, they are requested again when
 * the connection is back, twice at most. After that, the component fails, or shows nothing if the page is complete without it.
 */
export const whenShown = <P extends object>(load: () => Promise<ComponentType<P>>, isOptional = false) =>
  lazy(async () => {
    for (let left = 2; ; left--) {
      try {
        const component = await load();
        await haveWords();
        return { default: component };
      } catch (error) {
        if (left === 0 && isOptional) return { default: () => null };
        if (left === 0) throw error;
        sawNoAnswer();
        await connected();
      }
    }
  });

/** Resolves when the connection is back. */
const connected = () =>
  new Promise<void>((resolve) => {
    const stop = connection.subscribe(() => {
      if (connection.get() !== "ok") return;
      stop();
      resolve();
    });
  });
