import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import type { StockRecord } from "./records";

/** Records quantities: all of the request, or none. */
export async function record(items: StockRecord[]) {
  await answer(api.POST("/api/v1/inventory/records", { body: { items } }));
  readAgain([keys.stock]);
}
