import { readAgain } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { keys, showing } from "../api/keys";
import { isMissing, Problem } from "../api/problem";
import { queryClient } from "../api/queries";
import { deskText } from "../text/desk";
import type { Site } from "./site";

/** Changes the site's settings and returns all of them. Every page shows them at once. */
export async function updateSite(body: Schemas["UpdateSite"]) {
  const site = await answer(api.PATCH("/api/v1/site", { body }));
  show(site);
  return site;
}

export type LogoKind = "logo" | "logoDark";

const paths = { logo: "/api/v1/site/logo", logoDark: "/api/v1/site/logo/dark" } as const;

/** Replaces a logo with a file. */
export async function replaceLogo(kind: LogoKind, file: File) {
  const headers = { "Content-Type": "application/octet-stream" };
  // The generated client expects a string as a binary body, so the serializer supplies the file.
  show(await answer(api.PUT(paths[kind], { body: "", bodySerializer: () => file, headers })));
}

/** Deletes a logo. */
export async function deleteLogo(kind: LogoKind) {
  await answer(api.DELETE(paths[kind]));
  const site = queryClient.getQueryData<Site>(keys.site);
  if (site) show({ ...site, [kind]: null });
}

/** The group of the watermark that was chosen last. A watermark that is chosen before it is saved joins it. */
let lastGroup: string | undefined;

/**
 * Uploads a file for the watermark and returns the image's id. Watermark images are in a hidden group: the group of the
 * current watermark or of the last one if visitors do not see it, or a new one. If the group already contains the file, returns the existing image's id.
 */
export async function addMark(file: File, current: string | undefined, signal: AbortSignal): Promise<string> {
  const existing = (await hidden(current && (await groupOf(current)))) ?? (await hidden(lastGroup));
  const id = existing ?? (await newGroup());
  const headers = { "Content-Type": "application/octet-stream" };
  // Two marks may have the same file name.
  const fileName = `${Date.now()} ${file.name}`;
  try {
    const image = await answer(
      api.PUT("/api/v1/groups/{id}/images/{fileName}", {
        params: { path: { id, fileName } },
        body: "",
        bodySerializer: () => file,
        headers,
        signal,
      }),
    );
    lastGroup = id;
    return image.id;
  } catch (error) {
    if (error instanceof Problem && error.code === "duplicateContent" && error.existingId) return error.existingId;
    // The empty group is removed. The failed upload is what the caller reports.
    if (existing === undefined) await deleteGroup(id).catch(() => undefined);
    throw error;
  }
}

/** The group of a watermark's image; undefined if the image is gone. */
async function groupOf(id: string) {
  const image = await answer(api.GET("/api/v1/images/{id}", { params: { path: { id } } })).catch(unlessMissing);
  return image?.groupId ?? undefined;
}

/** The id of a group; undefined if the group is published or gone. */
async function hidden(id: string | undefined) {
  if (!id) return undefined;
  const group = await answer(api.GET("/api/v1/groups/{id}", { params: { path: { id } } })).catch(unlessMissing);
  return group?.isPublished === false ? id : undefined;
}

function unlessMissing(error: unknown) {
  if (!isMissing(error)) throw error;
  return undefined;
}

async function newGroup(): Promise<string> {
  const body = { title: deskText.watermark.title, isPublished: false };
  const { id } = await answer(api.POST("/api/v1/groups", { body }));
  readAgain(showing(id));
  return id;
}

async function deleteGroup(id: string) {
  await answer(api.DELETE("/api/v1/groups/{id}", { params: { path: { id } } }));
  readAgain(showing(id));
}

const show = (site: Site) => queryClient.setQueryData<Site>(keys.site, site);
