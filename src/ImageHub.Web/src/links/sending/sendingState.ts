import { store } from "../../api/store";

/** The sent and the total number of this guest's photos while they are being sent; null otherwise. The page shows it when the sheet is closed. */
export const sendingCount = store<{ sent: number; total: number } | null>(null);
