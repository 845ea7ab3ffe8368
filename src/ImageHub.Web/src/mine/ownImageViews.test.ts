import { expect, test } from "vitest";
import { renditionsOf } from "../images/viewer/viewerPhoto";
import { gridImageFrom, heightsOf, viewerPhotoFrom } from "./ownImageViews";
import type { OwnImage } from "./queries";

const image = (...heights: number[]) =>
  ({
    placeholder: "data:",
    width: 3000,
    height: 2000,
    links: { thumbnails: Object.fromEntries(heights.map((height) => [height, `/${height}`])) },
  }) as OwnImage;

test.each([
  [[200, 400], "/200", 300],
  [[400, 160, 100], "/160", 240],
  [[100, 64], "/100", 150],
  [[2000], "/2000", 3000],
  [[], "data:", 3000],
])("The grid shows an image with thumbnails of heights %j as %s", (heights, url, width) => {
  const { low, medium, high } = gridImageFrom(image(...heights));
  for (const source of [low, medium, high]) expect(source).toMatchObject({ url, width });
});

test.each([
  [[200, 400], undefined, "a.jpg", "/400", 600],
  [[], undefined, "a.jpg", "data:", 3000],
  [[200], "/full", "a.jpeg", "/full", 3000],
  [[200], "/full?r=1", "a.png", "/full?r=1", 3000],
  // Browsers do not show TIFF, so the viewer requests a JPEG.
  [[200], "/full?r=1", "a.TIF", "/full?r=1&format=jpeg", 3000],
])("With heights %j, full image %s and name %s, the viewer shows %s", (heights, full, fileName, url, width) => {
  const own = image(...heights);
  const shows = viewerPhotoFrom({ ...own, fileName, links: { ...own.links, full } });
  expect(shows.high).toMatchObject({ url, width });
  expect(shows.full?.url).toBe(full);
});

test("The viewer shows the largest thumbnail where it has enough pixels, and otherwise the full image", () => {
  const own = image(200, 1600);
  const shows = viewerPhotoFrom({ ...own, fileName: "a.jpg", links: { ...own.links, full: "/full" } });
  expect(renditionsOf(shows).map(({ url, width }) => [url, width])).toEqual([
    ["/1600", 2400],
    ["/full", 3000],
  ]);
});

test("A thumbnail is never larger than its image", () => {
  expect(gridImageFrom({ ...image(200), width: 90, height: 60 }).low.width).toBe(90);
});

test("Heights are sorted in ascending order", () => {
  expect(heightsOf(image(1000, 64, 200))).toEqual([64, 200, 1000]);
});
