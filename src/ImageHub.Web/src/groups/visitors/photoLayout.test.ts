import { describe, expect, it } from "vitest";
import type { Photograph } from "../../api/client";
import { layOut } from "./photoLayout";

const photos = (...sizes: [width: number, height: number][]) =>
  sizes.map(([width, height], number) => ({ id: String(number), low: { url: "" }, width, height }) as Photograph);

const rows = (images: Photograph[], available: number, count = images.length) =>
  layOut(images, available, count).model?.tracks.map((track) => track.photos.length);

const wide: [number, number] = [6000, 4000];
const upright: [number, number] = [4000, 6000];

describe("layOut", () => {
  it("shows a single photo as large as the window allows", () => {
    expect(layOut(photos(wide), 1216, 1).size).toEqual({ maxWidth: 1140, height: 760 });
    expect(layOut(photos(upright), 1216, 1).size.height).toBeCloseTo(760, -1);
    expect(layOut(photos(wide), 358, 1).size.maxWidth).toBe(358);
  });

  it("does not enlarge a photo beyond its pixels", () => {
    expect(layOut(photos([300, 200]), 1216, 1).size).toEqual({ maxWidth: 300, height: 200 });
    expect(layOut(photos([300, 200], wide), 1216, 2).size.height).toBeCloseTo(200, 0);
  });

  it("puts two photos side by side, and two landscape photos one above the other on phones", () => {
    expect(rows(photos(wide, wide), 1216)).toEqual([2]);
    expect(rows(photos(wide, wide), 358)).toEqual([1, 1]);
    expect(rows(photos(upright, upright), 358)).toEqual([2]);
  });

  it("puts four photos in two rows, and four portrait photos in one row of a wide window", () => {
    expect(rows(photos(wide, upright, wide, upright), 1216)).toEqual([2, 2]);
    expect(rows(photos(upright, upright, upright, upright), 1216)).toEqual([4]);
    expect(rows(photos(upright, upright, upright, upright), 358)).toEqual([2, 2]);
  });

  it.each([288, 358, 380, 398])("puts two landscape or three portrait photos in a row of %d pixels", (available) => {
    expect(rows(Array(6).fill(photos(wide)[0]), available, 60)).toEqual([2, 2, 2]);
    expect(rows(Array(6).fill(photos([4000, 3000])[0]), available, 60)).toEqual([2, 2, 2]);
    expect(rows(Array(12).fill(photos(upright)[0]), available, 60)).toEqual([3, 3, 3, 3]);
    expect(rows(Array(12).fill(photos([3000, 4000])[0]), available, 60)).toEqual([3, 3, 3, 3]);
    expect(rows(photos(wide, upright, wide, upright, upright, wide), available, 60)).toEqual([2, 2, 2]);
  });

  it("does not compose the photos of a page that is not the whole group", () => {
    expect(layOut(photos(wide), 1216, 61)).toMatchObject({ size: { maxWidth: 570 }, isComposed: false });
  });
});
