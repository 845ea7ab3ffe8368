import { expect, test } from "vitest";
import type { GridPhoto } from "./fetchPhoto";
import { alternatesOf, formatsOf, sourcesOf } from "./fetchPhoto";

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
  expect(sourcesOf(photo())).toBe("/low 345w, /medium 720w, /high 1400w");
});

test("AVIF comes first, with the smallest files that a browser with AVIF can show", () => {
  expect(alternatesOf(photo(["webp", "avif"], ["avif", "webp"], ["webp"]))).toEqual([
    { type: "image/avif", srcSet: "/low.webp 345w, /medium.avif 720w, /high.webp 1400w" },
    { type: "image/webp", srcSet: "/low.webp 345w, /medium.webp 720w, /high.webp 1400w" },
  ]);
});

test("A rendition without the format is listed in its default format", () => {
  expect(alternatesOf(photo(["avif"], [], ["avif"]))).toEqual([
    { type: "image/avif", srcSet: "/low.avif 345w, /medium 720w, /high.avif 1400w" },
  ]);
});

test("A thumbnail has no other formats", () => {
  expect(formatsOf([{ url: "/200" }])).toEqual([]);
});
