import { en } from "./en";
import { others } from "./others";
import { speak, type Words } from "./words";

/** The app's texts in the page's language. They must be read during rendering and never stored. */
export let text: Words<typeof en> = en;

speak<typeof en>(en, others, (words) => {
  text = words;
});
