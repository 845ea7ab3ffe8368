/** A file that somebody dropped, pasted or picked. */
export interface DroppedFile {
  file: File;
  /** The path of the folder it came in, "Norway/Day 1"; "" for a file that came alone. */
  folder: string;
}

/** A file with its size in bytes. */
export interface SizedFile extends DroppedFile {
  size: number;
}

/**
 * Reads the files' sizes, each once and a few at a time: the browser asks the system for the size of a file whenever it is read, and
 * the page stands still meanwhile.
 */
export async function withSizes(files: DroppedFile[]): Promise<SizedFile[]> {
  const together = 50;
  const sized: SizedFile[] = [];
  for (const file of files) {
    sized.push({ ...file, size: file.file.size });
    if (sized.length % together === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return sized;
}

/** What was dropped or pasted, folders walked through, in the order that the folders show. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // The transfer is empty as soon as the event is over: everything is taken out of it before anything is awaited.
  const found = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => {
      const file = item.getAsFile();
      // Whether it is a folder, the browser asks the system, and the page stands still meanwhile: not for what is called like a photo.
      return { file, entry: file?.type.startsWith("image/") ? null : item.webkitGetAsEntry() };
    });
  const files = await Promise.all(
    found.map(({ entry, file }) => (entry ? walk(entry, "") : file ? [{ file, folder: "" }] : [])),
  );
  return inOrder(files.flat());
}

/** What was picked in a file dialog. */
export const pickedFiles = (files: FileList): DroppedFile[] =>
  inOrder([...files].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") })));

async function walk(entry: FileSystemEntry, folder: string): Promise<DroppedFile[]> {
  if (entry.isFile) return [{ file: await fileOf(entry as FileSystemFileEntry), folder }];
  if (isClutter(entry.name)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside = folder === "" ? entry.name : `${folder}/${entry.name}`;
  const files: DroppedFile[] = [];
  // Chrome hands out 100 entries at a time; an empty answer is the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (entries.length === 0) return files;
    files.push(...(await Promise.all(entries.map((each) => walk(each, inside)))).flat());
  }
}

/** One that cannot be read is passed on empty, so that it shows up as failed instead of being lost. */
const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve) => entry.file(resolve, () => resolve(new File([], entry.name))));

const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Without what systems leave lying in folders; a folder's files in natural order, in front of its folders' files. */
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
 * Whether the browser knows for certain that the file is no image; it goes by the name. What it does not know is sent:
 * the server judges by content.
 */
export const isNoImage = ({ type }: { type: string }) =>
  /^(audio|font|message|model|text|video)\//.test(type) ||
  (type.startsWith("application/") && type !== "application/octet-stream");

/** The files on the clipboard. Browsers call every copied picture "image.png", which only one photo of a group can be. */
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
