import { en } from "./en";
import { others } from "./others";
import { speak, type Words } from "./words";

/** All that the app says, in the language of the page: to be read when something is shown, never kept. */
export let text: Words<typeof en> = en;

speak<typeof en>(en, others, (words) => {
  text = words;
});
