import { expect, test } from "vitest";
import type { GridPhoto } from "./fetchPhoto";
import { alternatesOf, formatsOf, sharpest, sourcesOf } from "./fetchPhoto";

const rendition = (name: string, width: number, ...formats: string[]) => ({
  url: `/${name}`,
  width,
  alternates: formats.map((format, number) => ({
    url: `/${name}.${format}`,
    bytes: 100 + number,
    contentType: `image/${format}`,
  })),
});

const photo = (...[low, medium, high]: string[][]) =>
  ({
    low: rendition("low", 345, ...(low ?? [])),
    medium: rendition("medium", 720, ...(medium ?? [])),
    high: rendition("high", 1400, ...(high ?? [])),
  }) as unknown as GridPhoto;

test("A photo without other formats has only its renditions and no source", () => {
  expect(alternatesOf(photo())).toEqual([]);
  expect(sourcesOf(photo())).toBe("/low 363w, /medium 364w, /medium 757w, /high 758w, /high 1473w");
});

test("A photo with a large rendition lists it last", () => {
  const large = rendition("large", 2880, "avif");
  expect(sourcesOf({ ...photo(), large })).toMatch(/, \/high 1473w, \/large 1474w, \/large 3031w$/);
  expect(alternatesOf({ ...photo(), large })[0]?.srcSet).toMatch(
    /, \/high 1473w, \/large.avif 1474w, \/large.avif 3031w$/,
  );
});

test("A rendition that is no wider than the one before it is left out", () => {
  expect(sourcesOf({ ...photo(), large: rendition("large", 1400) })).toMatch(/, \/high 758w, \/high 1473w$/);
  expect(sourcesOf({ ...photo(), large: rendition("large", 1401) })).toMatch(/, \/high 1473w, \/large 1474w$/);
});

test("The smallest rendition with 95 % of the needed pixels is sharp", () => {
  const { medium, high } = photo();
  expect(sharpest([medium, high], 757).width).toBe(720);
  expect(sharpest([medium, high], 759).width).toBe(1400);
  expect(sharpest([medium, high], 5000).width).toBe(1400);
});

test("AVIF comes first, with the smallest files that a browser with AVIF can show", () => {
  expect(alternatesOf(photo(["webp", "avif"], ["avif", "webp"], ["webp"]))).toEqual([
    {
      type: "image/avif",
      srcSet: "/low.webp 363w, /medium.avif 364w, /medium.avif 757w, /high.webp 758w, /high.webp 1473w",
    },
    {
      type: "image/webp",
      srcSet: "/low.webp 363w, /medium.webp 364w, /medium.webp 757w, /high.webp 758w, /high.webp 1473w",
    },
  ]);
});

test("A rendition without the format is listed in its default format", () => {
  expect(alternatesOf(photo(["avif"], [], ["avif"]))).toEqual([
    { type: "image/avif", srcSet: "/low.avif 363w, /medium 364w, /medium 757w, /high.avif 758w, /high.avif 1473w" },
  ]);
});

test("A thumbnail has no other formats", () => {
  expect(formatsOf([{ url: "/200" }])).toEqual([]);
});
