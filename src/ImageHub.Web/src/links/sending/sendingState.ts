import { store } from "../../api/store";

/**
 * The number of this guest's sent photos and of all sent or pending photos; null while no photo is pending. The page shows
 * these numbers when the sheet is closed.
 */
export const sendingCount = store<{ sent: number; total: number } | null>(null);
