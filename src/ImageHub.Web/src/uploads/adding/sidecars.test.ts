import { expect, test } from "vitest";
import { albumTitle, pairSidecars, sidecarNames } from "./sidecars";

const sized = (path: string, size = 10) => {
  const steps = path.split("/");
  return { file: new File(["x"], steps.at(-1) ?? ""), folder: steps.slice(0, -1).join("/"), size };
};
const pairs = (...paths: string[]) => {
  const { photos, alone } = pairSidecars(paths.map((path) => sized(path)));
  return [
    ...photos.map(({ file, sidecar }) => [file.name, sidecar?.name ?? null]),
    ...alone.map(({ file }) => [null, file.name]),
  ];
};

test.each([
  [["a/IMG_1.jpg", "a/IMG_1.xmp"], [["IMG_1.jpg", "IMG_1.xmp"]]],
  [
    ["a/IMG_1.jpg", "a/img_1.JPG.XMP", "a/IMG_1.xmp"],
    [
      ["IMG_1.jpg", "img_1.JPG.XMP"],
      [null, "IMG_1.xmp"],
    ],
  ],
  [
    ["a/IMG_1.jpg", "b/IMG_1.xmp"],
    [
      ["IMG_1.jpg", null],
      [null, "IMG_1.xmp"],
    ],
  ],
  [["IMG_1.jpg", "IMG_1.jpg.json"], [["IMG_1.jpg", "IMG_1.jpg.json"]]],
  [["IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"], [["IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json"]]],
  [["IMG_1.jpg", "IMG_1.jpg.supplemental-me.json"], [["IMG_1.jpg", "IMG_1.jpg.supplemental-me.json"]]],
  [["IMG_1(1).jpg", "IMG_1.jpg(1).json"], [["IMG_1(1).jpg", "IMG_1.jpg(1).json"]]],
  [
    ["IMG_1-edited.jpg", "IMG_1.jpg", "IMG_1.jpg.json"],
    [
      ["IMG_1-edited.jpg", "IMG_1.jpg.json"],
      ["IMG_1.jpg", "IMG_1.jpg.json"],
    ],
  ],
  [["metadata.json", "IMG_1.jpg"], [["IMG_1.jpg", null]]],
])("%j are paired as %j", (files, expected) => {
  expect(pairs(...files)).toEqual(expected);
});

test("The sidecar of a photo with a long name has the first 46 characters of it", () => {
  const photo = "A very long description of a photo that was taken long ago.jpg";
  expect(sidecarNames(photo)).toContain("A very long description of a photo that was ta.json");
});

test("A sidecar that is too large for the server is reported instead of sent", () => {
  const { photos, alone } = pairSidecars([sized("1.jpg"), sized("1.xmp", 1024 * 1024 + 1)]);
  expect(photos[0]?.sidecar).toBeNull();
  expect(alone.map(({ file }) => file.name)).toEqual(["1.xmp"]);
});

test.each([
  ['{"title": " Summer in Norway "}', "Summer in Norway"],
  ['{"title": ""}', null],
  ['{"title": 5}', null],
  ["[]", null],
  ["no JSON", null],
])("An album described by %s has the title %s", async (text, expected) => {
  expect(await albumTitle([{ file: new File([text], "metadata.json"), folder: "Norway" }])).toBe(expected);
});
