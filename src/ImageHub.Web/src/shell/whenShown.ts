import { type ComponentType, lazy } from "react";
import { haveWords } from "../text/words";

/** A component whose code is fetched when it is first shown, with its words in the language of the page. */
export const whenShown = <P extends object>(load: () => Promise<ComponentType<P>>) =>
  lazy(async () => {
    const component = await load();
    await haveWords();
    return { default: component };
  });
