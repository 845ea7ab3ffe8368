import type { Schemas } from "../../api/client";

type Bulk = Schemas["BulkImages"];

/** At most this many ids go into one request. */
const block = 1000;

/** The ids, a request's worth at a time. */
export const blocks = (ids: string[]) =>
  Array.from({ length: Math.ceil(ids.length / block) }, (_, index) => ids.slice(index * block, (index + 1) * block));

/** The requests that do one thing to so many images; numbers in titles go on from one to the next. */
export const bulkRequests = (body: Omit<Bulk, "ids">, ids: string[]): Bulk[] =>
  blocks(ids).map((part, index) => ({
    ...body,
    ids: part,
    ...(index > 0 && body.title && { firstNumber: index * block + 1 }),
  }));
