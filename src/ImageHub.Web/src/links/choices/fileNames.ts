import type { Schemas } from "../../api/client";

/** The programs in which photographers search for file names. */
export type FileNamesFor = "lightroom" | "captureOne" | "lines";

/**
 * The file names as a program's search expects them: without extensions, separated by commas for Lightroom Classic and
 * by spaces for Capture One, since raw files have other extensions; or unchanged, one per line.
 */
export function fileNamesFor(target: FileNamesFor, items: Pick<Schemas["ChosenImage"], "fileName">[]): string {
  if (target === "lines") return items.map(({ fileName }) => fileName).join("\n");
  const names = [...new Set(items.map(({ fileName }) => fileName.replace(/\.[^.]+$/, "")))];
  return names.join(target === "lightroom" ? ", " : " ");
}
