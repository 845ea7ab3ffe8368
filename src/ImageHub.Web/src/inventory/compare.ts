import { microseconds, type StockRecord } from "./records";

/** What the server has recorded. */
export interface Recorded {
  /** The latest record of each of these products that has one. */
  latest: (productIds: string[]) => Promise<StockRecord[]>;
  /** The product's records from one time to another, both inclusive. */
  between: (productId: string, from: string, to: string) => Promise<StockRecord[]>;
}

/** Lines of a file that are not on the server, and lines whose product and time are there with another quantity. */
export interface Comparison {
  missing: StockRecord[];
  differing: StockRecord[];
}

/** Compares the lines of a file with the server's records. */
export async function compare(lines: StockRecord[], server: Recorded): Promise<Comparison> {
  const found: Comparison = { missing: [], differing: [] };
  const byProduct = new Map<string, StockRecord[]>();
  for (const line of lines) {
    const ofProduct = byProduct.get(line.productId);
    if (ofProduct) ofProduct.push(line);
    else byProduct.set(line.productId, [line]);
  }
  for (const ids of together([...byProduct.keys()])) {
    const latest = new Map((await server.latest(ids)).map((record) => [record.productId, record]));
    for (const id of ids) {
      const ofProduct = byProduct.get(id) ?? [];
      const known = await knownOf(id, ofProduct, latest.get(id), server);
      for (const line of ofProduct) {
        const quantity = known.get(timeOf(line));
        if (quantity === undefined) found.missing.push(line);
        else if (quantity !== line.quantity) found.differing.push(line);
      }
    }
  }
  return found;
}

/** The recorded quantities of a product by time, as far as its lines need them. No record is later than the latest one. */
async function knownOf(id: string, lines: StockRecord[], latest: StockRecord | undefined, server: Recorded) {
  if (latest === undefined) return new Map<number, number>();
  const known = new Map([[timeOf(latest), latest.quantity]]);
  const earlier = lines.map(timeOf).filter((time) => time < timeOf(latest));
  if (earlier.length > 0) {
    const [first, last] = earlier.reduce(
      ([min, max], time) => [Math.min(min, time), Math.max(max, time)],
      [Number.POSITIVE_INFINITY, 0],
    );
    const needed = new Set(earlier);
    // Dates have milliseconds.
    for (const record of await server.between(id, isoOf(Math.floor(first / 1000)), isoOf(Math.ceil(last / 1000)))) {
      const time = timeOf(record);
      if (needed.has(time)) known.set(time, record.quantity);
    }
  }
  return known;
}

const timeOf = ({ timestamp }: StockRecord) => microseconds(timestamp) ?? 0;
const isoOf = (milliseconds: number) => new Date(milliseconds).toISOString();

/** The maximum number of product ids in a request, and of characters of an address that is certainly accepted. */
const [mostIds, mostCharacters] = [100, 4_000];

/** Splits product ids into the lists of requests. The server reads a comma as the end of an id, unless the id is the only one. */
export function together(ids: string[]): string[][] {
  const lists = ids.filter((id) => id.includes(",")).map((id) => [id]);
  let list: string[] = [];
  let characters = 0;
  for (const id of ids.filter((id) => !id.includes(","))) {
    const length = encodeURIComponent(id).length + 3;
    if (list.length === 0 || list.length === mostIds || characters + length > mostCharacters) {
      list = [];
      lists.push(list);
      characters = 0;
    }
    list.push(id);
    characters += length;
  }
  return lists;
}
