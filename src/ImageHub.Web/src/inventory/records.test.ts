import { expect, it } from "vitest";
import { inRequests, readTable, readText } from "./records";

const now = Date.parse("2026-05-01T12:00:00Z");
const read = (csv: string, productId: string | null = null) => readTable(csv, productId, 200, now);

it("reads columns in any order and case, with commas or semicolons, quotes and empty lines", () => {
  const expected = [
    { productId: "P, 1", quantity: 12, timestamp: "2026-05-01T10:00:00Z" },
    { productId: "P2", quantity: 0, timestamp: "2026-05-01T12:00:00+02:00" },
  ];
  const commas =
    'Timestamp,quantity,ProductId\r\n2026-05-01T10:00:00Z,12,"P, 1"\r\n\r\n2026-05-01T12:00:00+02:00,0,P2\r\n';
  expect(read(commas)).toEqual({ records: expected, complaints: [], wrongLines: 0 });
  expect(
    read("productId;quantity;timestamp\nP, 1;12;2026-05-01T10:00:00Z\nP2;0;2026-05-01T12:00:00+02:00").records,
  ).toEqual(expected);
});

it("uses the group's product for a line without a product id", () => {
  const { records } = read("quantity,timestamp\n3,2026-05-01T10:00:00Z", "P-1");
  expect(records).toEqual([{ productId: "P-1", quantity: 3, timestamp: "2026-05-01T10:00:00Z" }]);
  expect(read("productId,quantity,timestamp\n,3,2026-05-01T10:00:00Z", "P-1").records).toEqual(records);
});

it("reports missing columns", () => {
  expect(read("quantity\n3").complaints.map(({ line, column }) => [line, column])).toEqual([
    [1, "productId"],
    [1, "timestamp"],
  ]);
  expect(read("").complaints.length).toBe(3);
});

it("reports the line, column and value of each error, also after quoted line breaks", () => {
  const csv = [
    "productId,quantity,timestamp",
    '"P\n1",1,2026-05-01T10:00:00Z',
    "P,-1,2026-05-01T10:00:00Z",
    "P,1.5,2026-05-01",
    ",9007199254740992,1969-12-31T23:59:59Z",
    "P,1,2026-05-01T12:06:00Z",
    "P,1,2026-05-01T12:04:00.0000019Z",
    "P,1,2026-05-01T14:04:00.000001+02:00",
    "P,1,2026-02-30T10:00:00Z",
    "P,1,2026-05-01T10:00:00+15:00",
    "P,1,2026-04-30T24:00:00Z",
  ].join("\n");
  const { complaints, records, wrongLines } = read(csv);
  expect(complaints.map(({ line, column, value, rule }) => [line, column, value, rule])).toEqual([
    [2, "productId", "P\n1", "productId"],
    [4, "quantity", "-1", "quantity"],
    [5, "quantity", "1.5", "quantity"],
    [5, "timestamp", "2026-05-01", "timestamp"],
    [6, "productId", "", "productId"],
    [6, "quantity", "9007199254740992", "quantity"],
    [6, "timestamp", "1969-12-31T23:59:59Z", "time"],
    [7, "timestamp", "2026-05-01T12:06:00Z", "time"],
    [9, "timestamp", "2026-05-01T14:04:00.000001+02:00", "once"],
    [10, "timestamp", "2026-02-30T10:00:00Z", "timestamp"],
    [11, "timestamp", "2026-05-01T10:00:00+15:00", "timestamp"],
    [12, "timestamp", "2026-04-30T24:00:00Z", "timestamp"],
  ]);
  expect([records.length, wrongLines]).toEqual([1, 9]);
});

it("reports an unclosed quotation mark and ignores the rest of the file", () => {
  const csv = [
    "quantity,timestamp,note",
    "1,2026-05-01T10:00:00Z,fine",
    '2,2026-05-01T11:00:00Z,"counted twice',
    "3,2026-05-01T11:30:00Z,",
  ].join("\n");
  const { complaints, records, wrongLines } = read(csv, "P-1");
  expect(complaints.map(({ line, column, value, rule }) => [line, column, value, rule])).toEqual([
    [3, "note", "counted twice", "quotes"],
  ]);
  expect([records.length, wrongLines]).toEqual([1, 1]);
});

it("splits records by items and by bytes", () => {
  const record = { productId: "P", quantity: 1, timestamp: "2026-05-01T10:00:00Z" };
  const size = JSON.stringify(record).length + 1;
  expect(inRequests(Array(25).fill(record), 10).map((items) => items.length)).toEqual([10, 10, 5]);
  expect(inRequests(Array(5).fill(record), 10, 2 * size).map((items) => items.length)).toEqual([2, 2, 1]);
  expect(inRequests([])).toEqual([]);
});

it("decodes UTF-8 and UTF-16, and refuses other encodings", () => {
  const bytes = (...values: number[]) => new Uint8Array(values);
  expect(readText(bytes(0x47, 0xc3, 0xb6))).toBe("Gö");
  expect(readText(bytes(0xef, 0xbb, 0xbf, 0x47))).toBe("G");
  expect(readText(bytes(0xff, 0xfe, 0x47, 0, 0xf6, 0))).toBe("Gö");
  expect(readText(bytes(0xfe, 0xff, 0, 0x47, 0, 0xf6))).toBe("Gö");
  // Windows-1252, which Excel writes.
  expect(readText(bytes(0x47, 0xf6))).toBeNull();
});
