import { store } from "../../api/store";

/** For pages that do without the uploader's code until there is something to upload. */

/** Whether there are files on the list of uploads. */
export const hasUploads = store(false);

/** The share of the files that is uploaded, 0 to 1, to the hundredth; null while nothing is under way. */
export const progress = store<number | null>(null);
