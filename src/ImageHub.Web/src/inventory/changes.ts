import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
import type { StockRecord } from "./records";

/** Records the quantities of one request, all or none. Waits as long as the rate limit demands. */
export async function record(items: StockRecord[]) {
  for (;;) {
    try {
      await answer(api.POST("/api/v1/inventory/records", { body: { items } }));
      return readAgain([keys.stock]);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 429 || error.retryAfter === null) throw error;
      const { retryAfter } = error;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  }
}
