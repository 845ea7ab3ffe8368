/** A dropped, pasted or picked file. */
export interface DroppedFile {
  file: File;
  /** The path of the file's folder, "Norway/Day 1"; "" for a single file. */
  folder: string;
}

/** A file with its size in bytes. */
export interface SizedFile extends DroppedFile {
  size: number;
}

/** Reads the size of each file once, with a break after every 50 files, because browsers read a size synchronously and block the page. */
export async function withSizes(files: DroppedFile[]): Promise<SizedFile[]> {
  const together = 50;
  const sized: SizedFile[] = [];
  for (const file of files) {
    sized.push({ ...file, size: file.file.size });
    if (sized.length % together === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return sized;
}

/** The dropped or pasted files, including the files in folders, in the order of `inOrder`. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // The transfer is empty after the event, so all entries are read before the first await.
  const found = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => {
      const file = item.getAsFile();
      // Asking whether an entry is a folder blocks the page. A name with an image's extension is assumed to be a file.
      return { file, entry: file?.type.startsWith("image/") ? null : item.webkitGetAsEntry() };
    });
  const files = await Promise.all(
    found.map(({ entry, file }) => (entry ? walk(entry, "") : file ? [{ file, folder: "" }] : [])),
  );
  return inOrder(files.flat());
}

/** The files picked in a file dialog. */
export const pickedFiles = (files: FileList): DroppedFile[] =>
  inOrder([...files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") })));

async function walk(entry: FileSystemEntry, folder: string): Promise<DroppedFile[]> {
  if (entry.isFile) return [{ file: await fileOf(entry as FileSystemFileEntry), folder }];
  if (isClutter(entry.name)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = folder === "" ? entry.name : `${folder}/${entry.name}`;
  const files: DroppedFile[] = [];
  // Chrome returns 100 entries at a time. An empty result is the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[] | null>((resolve) =>
      reader.readEntries(resolve, () => resolve(null)),
    );
    // An unreadable folder is listed as failed, like an unreadable file.
    if (entries === null) return [...files, { file: new File([], entry.name), folder }];
    if (entries.length === 0) return files;
    // Browsers limit the number of arguments, so the files of a large folder are added one by one.
    for (const found of await Promise.all(entries.map((each) => walk(each, inside))))
      for (const file of found) files.push(file);
  }
}

/** An unreadable file is replaced with an empty file, so that it is listed as failed. */
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve) => entry.file(resolve, () => resolve(new File([], entry.name))));

const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The files in natural order, a folder's files before its subfolders' files, without hidden files and the operating system's files. */
export function inOrder(files: DroppedFile[]): DroppedFile[] {
  return files
    .filter(({ file, folder }) => !isClutter(file.name) && !folder.split("/").some(isClutter))
    .map((dropped) => ({ dropped, steps: dropped.folder === "" ? [] : dropped.folder.split("/") }))
    .sort((a, b) => compareSteps(a.steps, b.steps) || natural.compare(a.dropped.file.name, b.dropped.file.name))
    .map(({ dropped }) => dropped);
}

function compareSteps(a: string[], b: string[]): number {
  for (let depth = 0; depth < Math.min(a.length, b.length); depth++) {
    const order = natural.compare(a[depth] ?? "", b[depth] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const isClutter = (name: string) => name.startsWith(".") || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);

/**
 * Whether the browser recognizes the file's extension as a type other than an image. Unknown types are sent, because the
 * server checks the content.
 */
export const isNoImage = ({ type }: { type: string }) =>
  /^(audio|font|message|model|text|video)\//.test(type) ||
  (type.startsWith("application/") && type !== "application/octet-stream");

/** The files on the clipboard. A copied picture gets a new name: browsers name every picture "image.png", but names are unique in a group. */
export const pastedFiles = async (transfer: DataTransfer, now: Date): Promise<DroppedFile[]> =>
  (await droppedFiles(transfer)).map(({ file, folder }) => ({
    file: file.name === "image.png" ? new File([file], pastedName(now), { type: file.type }) : file,
    folder,
  }));

/** "Pasted 2026-03-01 14.05.09.png", in local time. */
export function pastedName(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return `Pasted ${local.slice(0, 10)} ${local.slice(11, 19).replaceAll(":", ".")}.png`;
}
