import { limits } from "../../api/limits";
import type { DroppedFile, SizedFile } from "./files";

/** A photo and the sidecar that describes it. */
export interface Photo extends SizedFile {
  sidecar: File | null;
}

/** The name of the file in which Google Takeout describes an album. */
const ofAlbum = "metadata.json";
/** The maximum size of a sidecar in bytes; the server accepts no larger sidecars. */
const largest = 1024 * 1024;
/** Google Takeout cuts the names of sidecars to this length, not counting ".json". */
const longestBase = 46;
const supplement = ".supplemental-metadata";

/** A photo without a sidecar. */
export const undescribed = (file: SizedFile): Photo => ({ ...file, sidecar: null });

/** Whether a file may be a sidecar: XMP, or the JSON of Google Takeout. */
export const isSidecar = (name: string) => /\.(xmp|json)$/i.test(name);

/** The media type of a sidecar for the server. */
export const sidecarType = (name: string) => (/\.xmp$/i.test(name) ? "application/rdf+xml" : "application/json");

/** Pairs photos with the sidecars of their folder. `alone`: sidecars that are not paired, except descriptions of albums. */
export function pairSidecars(files: SizedFile[]): { photos: Photo[]; alone: SizedFile[] } {
  const pathOf = (folder: string, name: string) => `${folder}/${name.toLowerCase()}`;
  const found = files.filter(({ file }) => isSidecar(file.name));
  const sidecars = new Map(found.map((sidecar) => [pathOf(sidecar.folder, sidecar.file.name), sidecar]));
  const paired = new Set<SizedFile>();
  const photos = files
    .filter(({ file }) => !isSidecar(file.name))
    .map((photo): Photo => {
      for (const name of sidecarNames(photo.file.name)) {
        const sidecar = sidecars.get(pathOf(photo.folder, name));
        if (sidecar === undefined || sidecar.size > largest) continue;
        paired.add(sidecar);
        return { ...photo, sidecar: sidecar.file };
      }
      return { ...photo, sidecar: null };
    });
  return { photos, alone: found.filter((sidecar) => !paired.has(sidecar) && sidecar.file.name !== ofAlbum) };
}

/** Separates photos from sidecars where sidecars are not used: only images of groups have sidecars. */
export const withoutSidecars = (files: SizedFile[]): { photos: Photo[]; alone: SizedFile[] } => ({
  photos: files.filter(({ file }) => !isSidecar(file.name)).map(undescribed),
  alone: files.filter(({ file }) => isSidecar(file.name) && file.name !== ofAlbum),
});

/**
 * The possible names of a photo's sidecar, in the order of precedence: `IMG_1.jpg.xmp` and `IMG_1.xmp`, then the names
 * that Google Takeout uses: `IMG_1.jpg.json`, `IMG_1.jpg.supplemental-metadata.json` and its shortened forms,
 * `IMG_1.jpg(1).json` for `IMG_1(1).jpg`, and the sidecar of `IMG_1.jpg` for `IMG_1-edited.jpg`.
 */
export function sidecarNames(photo: string): string[] {
  const dot = photo.lastIndexOf(".");
  const [stem, extension] = dot < 0 ? [photo, ""] : [photo.slice(0, dot), photo.slice(dot)];
  const number = /\([0-9]{1,4}\)$/.exec(stem)?.[0] ?? "";
  const whole = stem.slice(0, stem.length - number.length).replace(/-edited$/i, "") + extension;
  const names = [`${photo}.xmp`, `${stem}.xmp`];
  for (let length = Math.min(whole.length, longestBase); length <= whole.length + supplement.length; length++)
    names.push(`${(whole + supplement).slice(0, length)}${number}.json`);
  return names;
}

/** The title of an album that was exported by Google Takeout, from the files of its folder; null if there is no valid title. */
export async function albumTitle(files: DroppedFile[]): Promise<string | null> {
  const album = files.find(({ file }) => file.name === ofAlbum)?.file;
  if (album === undefined || album.size > largest) return null;
  try {
    const { title } = JSON.parse(await album.text());
    const trimmed = typeof title === "string" ? title.trim() : "";
    return trimmed === "" || [...trimmed].length > limits.groupTitle ? null : trimmed;
  } catch {
    return null;
  }
}
