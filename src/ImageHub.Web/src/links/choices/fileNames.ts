import type { Schemas } from "../../api/client";

/** The forms of copied file names: for the search of a program, or one name per line. */
export type FileNamesFor = "lightroom" | "captureOne" | "lines";

/**
 * The file names, separated by commas for Lightroom Classic and by spaces for Capture One, or unchanged with one per line.
 * The names for programs have no extensions, because raw files have other extensions, and do not repeat.
 */
export function fileNamesFor(target: FileNamesFor, items: Pick<Schemas["ChosenImage"], "fileName">[]): string {
  if (target === "lines") return items.map(({ fileName }) => fileName).join("\n");
  const names = [...new Set(items.map(({ fileName }) => fileName.replace(/\.[^.]+$/, "")))];
  return names.join(target === "lightroom" ? ", " : " ");
}
