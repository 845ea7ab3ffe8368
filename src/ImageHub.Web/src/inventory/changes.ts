import { readAgain } from "../api/change";
import { answer, api } from "../api/client";
import { keys } from "../api/keys";
import { Problem } from "../api/problem";
import { compare, type Recorded } from "./compare";
import type { StockRecord } from "./records";

/** Lines whose product and time are recorded with another quantity. */
export class Differing extends Error {
  override readonly name = "Differing";

  constructor(readonly lines: StockRecord[]) {
    super();
  }
}

/**
 * Records the lines of one request, without those that are recorded already, for example by a request whose answer was lost.
 * Returns the number of lines that were recorded already. Throws `Differing` without recording anything if lines contradict
 * the server's records.
 */
export async function record(lines: StockRecord[]): Promise<number> {
  for (let left = lines; ; ) {
    try {
      await unhurried(() => answer(api.POST("/api/v1/inventory/records", { body: { items: left } })));
      void readAgain([keys.stock]);
      return lines.length - left.length;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "duplicateRecord") throw error;
      const { missing, differing } = await compare(left, recorded);
      if (differing.length > 0) throw new Differing(differing);
      if (missing.length === 0) return lines.length;
      if (missing.length === left.length) throw error;
      left = missing;
    }
  }
}

const recorded: Recorded = {
  latest: async (productIds) => {
    const query = { productIds: productIds.join() };
    return (await answer(api.GET("/api/v1/inventory/levels", { params: { query } }))).items;
  },
  between: async (productId, from, to) => {
    const records: StockRecord[] = [];
    let cursor: string | null | undefined = "";
    while (typeof cursor === "string") {
      const query = { productId, from, to, cursor, pageSize: 500 };
      const page: { items: StockRecord[]; nextCursor?: string | null } = await unhurried(() =>
        answer(api.GET("/api/v1/inventory/records", { params: { query } })),
      );
      records.push(...page.items);
      cursor = page.nextCursor;
    }
    return records;
  },
};

/** Sends a request, and waits as long as the rate limit demands. */
async function unhurried<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 429 || error.retryAfter === null) throw error;
      const { retryAfter } = error;
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
  }
}
