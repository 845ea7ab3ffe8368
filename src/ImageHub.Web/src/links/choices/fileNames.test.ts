import { expect, it } from "vitest";
import { fileNamesFor } from "./fileNames";

const items = [
  { fileName: "DSC_0001.jpg" },
  { fileName: "a.b.tif" },
  { fileName: "DSC_0001.png" },
  { fileName: "plain" },
];

it.each([
  ["lightroom", "DSC_0001, a.b, plain"],
  ["captureOne", "DSC_0001 a.b plain"],
  ["lines", "DSC_0001.jpg\na.b.tif\nDSC_0001.png\nplain"],
] as const)("writes the names for %s", (target, expected) => expect(fileNamesFor(target, items)).toBe(expected));
