import { expect, it } from "vitest";
import { compare, type Recorded, together } from "./compare";
import type { StockRecord } from "./records";

const line = (productId: string, quantity: number, timestamp: string): StockRecord => ({
  productId,
  quantity,
  timestamp,
});

/** A server with these records, which notes what it is asked for. */
function server(...records: StockRecord[]) {
  const asked: string[] = [];
  const recorded: Recorded = {
    latest: async (ids) => {
      asked.push(ids.join());
      return ids.flatMap((id) =>
        records
          .filter(({ productId }) => productId === id)
          .sort((one, other) => Date.parse(other.timestamp) - Date.parse(one.timestamp))
          .slice(0, 1),
      );
    },
    between: async (id, from, to) => {
      asked.push(`${id} ${from} ${to}`);
      const [first, last] = [Date.parse(from), Date.parse(to)];
      return records
        .filter(({ productId }) => productId === id)
        .filter(({ timestamp }) => first <= Date.parse(timestamp) && Date.parse(timestamp) <= last);
    },
  };
  return { asked, recorded };
}

it("finds the lines that are missing and those with another quantity", async () => {
  const { recorded } = server(
    line("A", 1, "2026-05-01T10:00:00Z"),
    line("A", 2, "2026-05-01T11:00:00Z"),
    line("A", 3, "2026-05-01T12:00:00.123456Z"),
  );
  const lines = [
    line("A", 1, "2026-05-01T12:00:00+02:00"),
    line("A", 7, "2026-05-01T11:00:00Z"),
    line("A", 3, "2026-05-01T12:00:00.1234567Z"),
    line("A", 4, "2026-05-01T12:00:00.123457Z"),
    line("B", 5, "2026-05-01T10:00:00Z"),
  ];
  expect(await compare(lines, recorded)).toEqual({ missing: [lines[3], lines[4]], differing: [lines[1]] });
});

it("reads the records of a product only for lines before its latest record", async () => {
  const { asked, recorded } = server(line("A", 1, "2026-05-01T10:00:00Z"), line("B", 1, "2026-05-01T10:00:00Z"));
  await compare(
    [
      line("A", 1, "2026-05-01T10:00:00Z"),
      line("B", 1, "2026-05-01T08:00:00.0005Z"),
      line("B", 1, "2026-05-01T09:00:00.0005Z"),
      line("C", 1, "2026-05-01T09:00:00Z"),
    ],
    recorded,
  );
  expect(asked).toEqual(["A,B,C", "B 2026-05-01T08:00:00.000Z 2026-05-01T09:00:00.001Z"]);
});

it("compares a few lines with 200,000 records between them", async () => {
  const first = Date.parse("2026-01-01T00:00:00Z");
  const at = (minutes: number) => new Date(first + minutes * 60_000).toISOString();
  const records = Array.from({ length: 200_000 }, (_, minute) => line("A", minute, at(minute)));
  const recorded: Recorded = { latest: async () => records.slice(-1), between: async () => records };
  const lines = [
    line("A", 0, at(0)),
    line("A", 7, at(100_000)),
    line("A", 7, at(100_000.5)),
    line("A", 199_998, at(199_998)),
  ];
  expect(await compare(lines, recorded)).toEqual({ missing: [lines[2]], differing: [lines[1]] });
});

it("asks for at most 100 products at once, and for an id with a comma alone", () => {
  const ids = Array.from({ length: 101 }, (_, at) => `P${at}`);
  expect(together(["1,2", ...ids])).toEqual([["1,2"], ids.slice(0, 100), ["P100"]]);
  const long = ["a".repeat(2_000), "b".repeat(2_000), "c"];
  expect(together(long)).toEqual([["a".repeat(2_000)], ["b".repeat(2_000), "c"]]);
});
