import { readAgain } from "../api/change";
import { answer, api, type Schemas } from "../api/client";
import { keys, showing } from "../api/keys";
import { Problem } from "../api/problem";
import { queryClient } from "../api/queries";
import { deskText } from "../text/desk";
import type { Site } from "./site";

/** Changes the site's settings. Every page shows them at once. */
export async function updateSite(body: Schemas["UpdateSite"]) {
  show(await answer(api.PATCH("/api/v1/site", { body })));
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

/**
 * Uploads a file for the watermark and returns the image's id. Watermark images are in a hidden group: the group of the
 * current watermark, or a new one. If the group already contains the file, returns the existing image's id.
 */
export async function addMark(file: File, current: string | undefined): Promise<string> {
  const groupId = current ? await groupOf(current) : await hiddenGroup();
  const headers = { "Content-Type": "application/octet-stream" };
  // Two marks may have the same file name.
  const fileName = `${Date.now()} ${file.name}`;
  try {
    const image = await answer(
      api.PUT("/api/v1/groups/{id}/images/{fileName}", {
        params: { path: { id: groupId, fileName } },
        body: "",
        bodySerializer: () => file,
        headers,
      }),
    );
    return image.id;
  } catch (error) {
    if (error instanceof Problem && error.code === "duplicateContent" && error.existingId) return error.existingId;
    throw error;
  }
}

async function groupOf(imageId: string): Promise<string> {
  const { groupId } = await answer(api.GET("/api/v1/images/{id}", { params: { path: { id: imageId } } }));
  return groupId ?? (await hiddenGroup());
}

async function hiddenGroup(): Promise<string> {
  const body = { title: deskText.watermark.title, isPublished: false };
  const group = await answer(api.POST("/api/v1/groups", { body }));
  readAgain(showing(group.id));
  return group.id;
}

const show = (site: Site) => queryClient.setQueryData<Site>(keys.site, site);
