import type { Schemas } from "../../api/client";

/** The programs that photographers look for file names in. */
export type FileNamesFor = "lightroom" | "captureOne" | "lines";

/**
 * File names as a program's search takes them: Lightroom Classic the names without their endings with commas between them, Capture One with
 * spaces (of raw files, their endings are others); or as they are, one a line.
 */
export function fileNamesFor(target: FileNamesFor, items: Pick<Schemas["ChosenImage"], "fileName">[]): string {
  if (target === "lines") return items.map(({ fileName }) => fileName).join("\n");
  const names = [...new Set(items.map(({ fileName }) => fileName.replace(/\.[^.]+$/, "")))];
  return names.join(target === "lightroom" ? ", " : " ");
}
