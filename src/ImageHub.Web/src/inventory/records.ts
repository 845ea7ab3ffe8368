import Papa from "papaparse";

/** An observed quantity in the form of a request. */
export interface StockRecord {
  productId: string;
  quantity: number;
  timestamp: string;
}

/** The rules for a line. `deskText.stock.allowed` has a sentence for each. */
export type Rule = "header" | "productId" | "quantity" | "timestamp" | "time" | "once" | "quotes";

/** An error in a line of the file. */
export interface Complaint {
  /** The line number, from 1. */
  line: number;
  column: string;
  value: string;
  /** The violated rule. */
  rule: Rule;
  /** The earlier line with the same product and time. */
  before?: number;
}

export const columns = ["productId", "quantity", "timestamp"] as const;

export type Column = (typeof columns)[number];

/** The valid records of a table and the errors of the other lines. */
export interface Table {
  records: StockRecord[];
  complaints: Complaint[];
  /** The number of lines with errors. */
  wrongLines: number;
}

/** A day, a time and an offset of at most 14 hours. */
const zoned =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.(\d{1,7}))?)?(?:Z|[+-](?:0\d|1[0-3]):?[0-5]\d|[+-]14:?00)$/i;
const maxAhead = 5 * 60_000;
const controls = /[\p{Cc}]/u;

/** Decodes a file in UTF-8, or in UTF-16 with a byte order mark; null if it has another encoding, such as Excel's usual one. */
export function readText(bytes: Uint8Array): string | null {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Reads a CSV file (RFC 4180, or with semicolons or tabs) with column names in its first line. Lines without a product
 * id get the group's product id.
 */
export function readTable(csv: string, groupProductId: string | null, maxProductId: number, now: number): Table {
  const { data, errors } = Papa.parse<string[]>(csv);
  const table: Table = { records: [], complaints: [], wrongLines: 0 };
  const [header = [], ...rows] = data;
  const place = new Map(header.map((name, index) => [name.trim().toLowerCase(), index]));
  const missing = columns.filter(
    (column) => !place.has(column.toLowerCase()) && (column !== "productId" || groupProductId === null),
  );
  if (missing.length > 0) {
    for (const column of missing) table.complaints.push({ line: 1, column, value: header.join(", "), rule: "header" });
    table.wrongLines = 1;
    return table;
  }

  // The parser reads everything after an unclosed quotation mark as one cell.
  const badlyQuoted = new Set(errors.filter(({ type }) => type === "Quotes").map(({ row }) => row));
  const lines = new Map<string, number>();
  let line = 2 + linesWithin(header);
  for (const [index, row] of rows.entries()) {
    const at = line;
    line += 1 + linesWithin(row);
    if (badlyQuoted.has(index + 1)) {
      table.wrongLines++;
      table.complaints.push({
        line: at,
        column: header[row.length - 1] ?? "",
        value: (row.at(-1) ?? "").split("\n")[0] ?? "",
        rule: "quotes",
      });
      continue;
    }
    if (row.every((cell) => cell.trim() === "")) continue;

    const cell = (column: Column) => row[place.get(column.toLowerCase()) ?? -1]?.trim() ?? "";
    const productId = (cell("productId") || groupProductId || "").normalize("NFC");
    const [quantity, timestamp] = [cell("quantity"), cell("timestamp")];
    const wrong: Omit<Complaint, "line">[] = [];
    if (productId === "" || [...productId].length > maxProductId || controls.test(productId))
      wrong.push({ column: "productId", value: productId, rule: "productId" });
    if (!/^\d+$/.test(quantity) || !Number.isSafeInteger(Number(quantity)))
      wrong.push({ column: "quantity", value: quantity, rule: "quantity" });
    const moment = microseconds(timestamp);
    if (moment === null) wrong.push({ column: "timestamp", value: timestamp, rule: "timestamp" });
    else if (moment < 0 || moment > (now + maxAhead) * 1000)
      wrong.push({ column: "timestamp", value: timestamp, rule: "time" });
    else {
      const key = `${moment} ${productId}`;
      const before = lines.get(key);
      if (before !== undefined) wrong.push({ column: "timestamp", value: timestamp, rule: "once", before });
      else lines.set(key, at);
    }

    if (wrong.length === 0) table.records.push({ productId, quantity: Number(quantity), timestamp });
    else {
      table.wrongLines++;
      table.complaints.push(...wrong.map((complaint) => ({ line: at, ...complaint })));
    }
  }
  return table;
}

/** The number of line breaks within quotes. */
const linesWithin = (row: string[]) => row.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);

/** The time in microseconds, the server's precision; null if the text is not a time with a zone. */
export function microseconds(timestamp: string) {
  const match = zoned.exec(timestamp);
  if (match === null) return null;
  const [, day = "", fraction = ""] = match;
  const seconds = Date.parse(timestamp.replace(/\.\d+/, "").toUpperCase());
  // February 30 is read as March 2.
  if (Number.isNaN(seconds) || !new Date(`${day}T00:00Z`).toISOString().startsWith(day)) return null;
  return seconds * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** Splits records into requests within the limits of items and bytes. */
export function inRequests(records: StockRecord[], maxItems = 10_000, maxBytes = 4_000_000): StockRecord[][] {
  const requests: StockRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = new TextEncoder().encode(JSON.stringify(record)).length + 1;
    const last = requests.at(-1);
    if (last === undefined || last.length === maxItems || bytes + size > maxBytes) {
      requests.push([record]);
      bytes = size;
    } else {
      last.push(record);
      bytes += size;
    }
  }
  return requests;
}
