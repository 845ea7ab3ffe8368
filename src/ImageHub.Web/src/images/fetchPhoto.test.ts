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
  expect(sourcesOf(photo())).toBe("/low 345w, /medium 383w, /medium 720w, /high 798w, /high 1400w");
});

test("A photo with a large rendition lists it last", () => {
  const large = rendition("large", 2880, "avif");
  expect(sourcesOf({ ...photo(), large })).toMatch(/, \/high 1400w, \/large 1552w, \/large 2880w$/);
  expect(alternatesOf({ ...photo(), large })[0]?.srcSet).toMatch(
    /, \/high 1400w, \/large.avif 1552w, \/large.avif 2880w$/,
  );
});

test("Renditions of nearly the same width are listed once", () => {
  expect(sourcesOf({ ...photo(), large: rendition("large", 1500) })).toMatch(/, \/high 1400w, \/large 1500w$/);
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
      srcSet: "/low.webp 345w, /medium.avif 383w, /medium.avif 720w, /high.webp 798w, /high.webp 1400w",
    },
    {
      type: "image/webp",
      srcSet: "/low.webp 345w, /medium.webp 383w, /medium.webp 720w, /high.webp 798w, /high.webp 1400w",
    },
  ]);
});

test("A rendition without the format is listed in its default format", () => {
  expect(alternatesOf(photo(["avif"], [], ["avif"]))).toEqual([
    { type: "image/avif", srcSet: "/low.avif 345w, /medium 383w, /medium 720w, /high.avif 798w, /high.avif 1400w" },
  ]);
});

test("A thumbnail has no other formats", () => {
  expect(formatsOf([{ url: "/200" }])).toEqual([]);
});
