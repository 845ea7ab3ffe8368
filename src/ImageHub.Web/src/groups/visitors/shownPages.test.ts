import { expect, it } from "vitest";
import { shownPages } from "./shownPages";

it.each([
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [1, 9, [1, 2, null, 9]],
  [5, 9, [1, null, 4, 5, 6, null, 9]],
  // A gap of one page shows that page.
  [4, 9, [1, 2, 3, 4, 5, null, 9]],
  [9, 9, [1, null, 8, 9]],
])("the pager of page %i of %i shows %j", (page, pages, expected) => {
  expect(shownPages(page, pages)).toEqual(expected);
});
