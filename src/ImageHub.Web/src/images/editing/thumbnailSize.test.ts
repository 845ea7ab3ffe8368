import { expect, it } from "vitest";
import { stepFrom } from "./thumbnailSize";

it("reads a stored size of thumbnails", () => expect(["0", "4"].map(stepFrom)).toEqual([0, 4]));

it("falls back to the usual size of thumbnails", () =>
  expect([null, "", "5", "-1", "1.5", "large"].map(stepFrom)).toEqual([3, 3, 3, 3, 3, 3]));
