import { useState } from "react";
import type { Group } from "../../api/client";
import { limits } from "../../api/limits";
import { tell, tellFailure } from "../../design/overlays/toasts";
import { date } from "../../text/format";
import { mineText } from "../../text/mine";
import type { DroppedFile } from "../../uploads/adding/files";
import { albumTitle, isSidecar } from "../../uploads/adding/sidecars";
import { useUploads } from "../../uploads/adding/UploadsProvider";
import { takeBack } from "../../uploads/panel/takeBack";
import { createGroup } from "../changes";
import { folderTitles } from "./folderTitles";
import { maxNewGroups, newGroups } from "./newGroups";

/** Uploads folders as new groups, and files into an existing group. `asked` is the open question to the user. */
export function useFolderUploads(all: Group[]) {
  const [asked, setAsked] = useState<{ groups: Group[]; resolve: (goesOn: boolean | null) => void }>();
  const { add } = useUploads();

  /**
   * Uploads folders, each into a hidden group. The group's title is the album's title or the folder's name. Files without
   * a folder get a group titled with the date.
   */
  async function addFolders(files: DroppedFile[]) {
    const [sidecars, photos] = [files.filter(isDescription), files.filter((file) => !isDescription(file))];
    if (photos.length === 0 && sidecars.length > 0) return tellFailure(mineText.uploads.reasons.noPhotos);
    const folders = Map.groupBy(photos, ({ folder }) => folder);
    const titles = titlesOf(folders.keys());
    for (const folder of folders.keys()) {
      const title = folder === "" ? null : await albumTitle(sidecars.filter((file) => file.folder === folder));
      if (title !== null) titles.set(folder, title);
    }
    const made = new Map<string, Group>();
    // An interrupted drop may have created groups for the same folders.
    const begun = new Map(
      [...titles].flatMap(([folder, title]) => {
        const group =
          folder !== "" &&
          all.find(
            ({ id, title: other, isPublished }) => other === title && !isPublished && newGroups.get().includes(id),
          );
        return group ? [[folder, group] as const] : [];
      }),
    );
    if (begun.size > 0) {
      const goesOn = await new Promise<boolean | null>((resolve) => setAsked({ groups: [...begun.values()], resolve }));
      setAsked(undefined);
      if (goesOn === null) return;
      if (goesOn) for (const [folder, group] of begun) made.set(folder, group);
    }
    // Each new group goes to the front of the list, so the groups are created in reverse order.
    for (const folder of [...folders.keys()].filter((folder) => !made.has(folder)).reverse()) {
      const title = titles.get(folder) ?? "";
      try {
        const group = await createGroup({ title, isPublished: false });
        newGroups.set([...newGroups.get(), group.id].slice(-maxNewGroups));
        made.set(folder, group);
      } catch (failure) {
        tellFailure(mineText.desk.notCreated(title), failure);
      }
    }
    // Sidecars of folders without photos are added to the first group, whose list of uploads reports them.
    let strays = sidecars.filter(({ folder }) => !folders.has(folder));
    for (const [folder, contents] of folders) {
      const group = made.get(folder);
      if (!group) continue;
      add([...contents, ...sidecars.filter((file) => file.folder === folder), ...strays], targetOf(group));
      strays = [];
    }
  }

  /** Adds files to a group. For a published group, a message with Undo says that visitors see the files. */
  function join(files: DroppedFile[], group: Group) {
    const adding = add(files, targetOf(group));
    if (group.isPublished)
      tell(
        mineText.desk.filesJoin(files.filter((file) => !isDescription(file)).length, group.title),
        () => void adding.then((drop) => takeBack(group.id, drop)),
      );
  }

  return { addFolders, join, asked };
}

const isDescription = ({ file }: DroppedFile) => isSidecar(file.name);

const targetOf = ({ id, title, isPublished }: Group) => ({ groupId: id, groupTitle: title, isPublic: isPublished });

/** The title of each folder's group by its path; for files without a folder (""), a title with the date. */
export function titlesOf(folders: Iterable<string>): Map<string, string> {
  const paths = [...new Set(folders)];
  const named = folderTitles(paths.filter((folder) => folder !== ""));
  const ofDay = mineText.desk.groupOfDay(date(new Date().toISOString()));
  // A title that is too long loses its start, because the folder's name is at the end.
  return new Map(paths.map((path) => [path, [...(named.get(path) ?? ofDay)].slice(-limits.groupTitle).join("")]));
}
