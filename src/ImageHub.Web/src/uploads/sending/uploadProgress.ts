import { store } from "../../api/store";

/** The part of the uploads' state that pages need before the uploader's code has loaded. */

/** Whether any files are listed. */
export const hasUploads = store(false);

/** The uploaded share, 0 to 1, rounded down to hundredths; null while nothing is being uploaded. */
export const progress = store<number | null>(null);
