import type { Schemas } from "../../api/client";

type Bulk = Schemas["BulkImages"];

/** The maximum number of ids in one request. */
const block = 1000;

/** Splits ids into blocks, one for each request. */
export const blocks = (ids: string[]) =>
  Array.from({ length: Math.ceil(ids.length / block) }, (_, index) => ids.slice(index * block, (index + 1) * block));

/** The requests of one action on many images. Numbers in titles continue from one request to the next. */
export const bulkRequests = (body: Omit<Bulk, "ids">, ids: string[]): Bulk[] =>
  blocks(ids).map((part, index) => ({
    ...body,
    ids: part,
    ...(index > 0 && body.title && { firstNumber: index * block + 1 }),
  }));
