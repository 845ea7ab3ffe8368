import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type Level = Schemas["InventoryLevel"];
export type Point = Schemas["InventoryPoint"];

/** The chart's ranges in days; null: all records. */
export const ranges = { day: 1, week: 7, month: 30, year: 365, all: null } as const;

export type Range = keyof typeof ranges;

/** The latest quantity of a product; null if there is none or the caller may not see it. */
export const levelOf = (productId: string | null | undefined) =>
  queryOptions<Level | null>({
    queryKey: keys.level(productId ?? ""),
    queryFn: async ({ signal }) => {
      const { items } = await answer(
        api.GET("/api/v1/inventory/levels", { params: { query: { productIds: productId ?? "" } }, signal }),
      );
      return items.find((level) => level.productId === productId) ?? null;
    },
    enabled: !!productId,
  });

/** A product's quantities within a range, with the ends of the range. */
export const historyOf = (productId: string, range: Range) =>
  queryOptions({
    queryKey: keys.history(productId, range),
    queryFn: async ({ signal }) => {
      const days = ranges[range];
      const now = Date.now();
      const from = days === null ? undefined : new Date(now - days * day).toISOString();
      const { items } = await answer(
        api.GET("/api/v1/inventory/history", { params: { query: { productId, ...(from && { from }) } }, signal }),
      );
      return {
        points: items,
        from: from ?? items[0]?.at ?? new Date(now).toISOString(),
        to: new Date(now).toISOString(),
      };
    },
    placeholderData: keepPreviousData,
  });

const day = 86_400_000;
