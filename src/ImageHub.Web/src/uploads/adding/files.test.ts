import { expect, test } from "vitest";
import { droppedFiles, inOrder, isNoImage, pastedName } from "./files";

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

const fileEntry = (name: string) =>
  ({ name, isFile: true, file: (resolve: (file: File) => void) => resolve(new File([], name)) }) as FileSystemFileEntry;

/** A folder whose reader returns one list at a time; null: the folder cannot be read. */
function folderEntry(name: string, ...lists: (FileSystemEntry[] | null)[]) {
  const readEntries = (resolve: (entries: FileSystemEntry[]) => void, reject: () => void) => {
    const list = lists.length > 0 ? lists.shift() : [];
    if (list) resolve(list);
    else reject();
  };
  return { name, isFile: false, createReader: () => ({ readEntries }) } as unknown as FileSystemDirectoryEntry;
}

const transferOf = (entry: FileSystemEntry) =>
  ({
    items: [{ kind: "file", getAsFile: () => null, webkitGetAsEntry: () => entry }],
  }) as unknown as DataTransfer;

test("A folder that cannot be read to the end is listed beside its files", async () => {
  const folder = folderEntry("Trip", [fileEntry("a.jpg"), folderEntry("Day 1", null)], null);
  expect(paths(await droppedFiles(transferOf(folder)))).toEqual(["/Trip", "Trip/a.jpg", "Trip/Day 1"]);
});

test("A folder may have more files than a function has arguments", async () => {
  const inner = folderEntry(
    "Day 1",
    Array.from({ length: 200_000 }, (_, index) => fileEntry(`${index}.jpg`)),
  );
  expect(await droppedFiles(transferOf(folderEntry("Trip", [inner])))).toHaveLength(200_000);
});
