import { type ComponentType, lazy } from "react";
import { haveWords } from "../text/words";

/** A component whose code and texts are loaded when it is first shown. */
export const whenShown = <P extends object>(load: () => Promise<ComponentType<P>>) =>
  lazy(async () => {
    const component = await load();
    await haveWords();
    return { default: component };
  });
