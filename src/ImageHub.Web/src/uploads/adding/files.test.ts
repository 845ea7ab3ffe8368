import { expect, test } from "vitest";
import { inOrder, isNoImage, pastedName } from "./files";

const dropped = (path: string) => {
  const steps = path.split("/");
  return { file: new File([], steps.at(-1) ?? ""), folder: steps.slice(0, -1).join("/") };
};
const paths = (files: ReturnType<typeof inOrder>) => files.map(({ file, folder }) => [folder, file.name].join("/"));

test("A folder's files are in natural order, before the files of its subfolders", () => {
  const files = [
    "Trip/Day 10/b.jpg",
    "Trip/Day 2/a.jpg",
    "Trip/IMG_10.jpg",
    "Trip/IMG_9.jpg",
    "Trip/Zoo/1.jpg",
    "Trip 2/a.jpg",
  ];
  expect(paths(inOrder(files.map(dropped)))).toEqual([
    "Trip/IMG_9.jpg",
    "Trip/IMG_10.jpg",
    "Trip/Day 2/a.jpg",
    "Trip/Day 10/b.jpg",
    "Trip/Zoo/1.jpg",
    "Trip 2/a.jpg",
  ]);
});

test("Files that operating systems leave in folders are omitted", () => {
  const files = [
    ".DS_Store",
    "a/Thumbs.db",
    "a/desktop.ini",
    ".git/x.jpg",
    "__MACOSX/a/._b.jpg",
    "a/._b.jpg",
    "a/b.jpg",
  ];
  expect(paths(inOrder(files.map(dropped)))).toEqual(["a/b.jpg"]);
});

test.each([
  ["image/jpeg", false],
  ["image/x-unheard-of", false],
  ["", false],
  ["application/octet-stream", false],
  ["application/pdf", true],
  ["video/mp4", true],
  ["video/quicktime", true],
  ["text/plain", true],
])("A file of the type '%s' is certainly not an image: %s", (type, expected) => {
  expect(isNoImage({ type })).toBe(expected);
});

test("A pasted picture is named after the local time", () => {
  expect(pastedName(new Date(2026, 2, 1, 14, 5, 9))).toBe("Pasted 2026-03-01 14.05.09.png");
});
