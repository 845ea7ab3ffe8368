import { expect, it } from "vitest";
import { folderTitles } from "./folderTitles";

it.each([
  [["Beach"], ["Beach"]],
  [["Trips/2023/Beach"], ["Beach"]],
  [
    ["Trips/2023/Beach", "Trips/2024/Beach", "Trips/2024/Peak"],
    ["2023/Beach", "2024/Beach", "Peak"],
  ],
  [
    ["Ann/Trips/2023", "Ben/Trips/2023", "Ben/Work/2023"],
    ["Ann/Trips/2023", "Ben/Trips/2023", "Work/2023"],
  ],
  // One path is the end of another path.
  [
    ["Beach", "Trips/Beach", "Old/Trips/Beach"],
    ["Beach", "Trips/Beach", "Old/Trips/Beach"],
  ],
])("the folders %j get the titles %j", (paths, titles) => {
  expect([...folderTitles(paths).values()].sort()).toEqual([...titles].sort());
  expect(folderTitles(paths).get(paths[0] as string)).toBe(titles[0]);
});
