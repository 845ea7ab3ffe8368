// The main job as a TypeScript program. A test compiles this file with tsc and runs the result with Node.js. The client is openapi-fetch with the
// types that openapi-typescript generates from the OpenAPI document.
import createClient from "openapi-fetch";
import type { paths } from "./schema";

const [url, password, ...photos] = process.argv.slice(2);
const lines: string[] = [];
const anyone = createClient<paths>({ baseUrl: url });
const tokens = (await anyone.POST("/api/v1/auth/login", { body: { userName: "admin", password: password! } })).data!;
const hub = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${tokens.accessToken}` } });
lines.push(`${(await hub.GET("/api/v1/auth/me")).data!.userName} signed in`);

const group = (await hub.POST("/api/v1/groups", { body: { title: "Harbour in TypeScript" } })).data!;
const path = { id: group.id };
const report = (
  await hub.POST("/api/v1/groups/{id}/images", {
    params: { path },
    body: { files: photos, tags: "sea, boats" },
    bodySerializer(body) {
      const form = new FormData();
      body.files.forEach((photo, index) => form.append("files", new Blob([Buffer.from(photo, "base64")]), `IMG_${index}.jpg`));
      form.append("tags", body.tags ?? "");
      return form;
    },
  })
).data!;
lines.push(`uploaded ${report.uploaded.map((image) => `${image.index} ${image.fileName} ${image.tags.join("|")}`).join(", ")}`);

const page = (await hub.GET("/api/v1/groups/{id}/images", { params: { path, query: { page: 1, pageSize: 2 } } })).data!;
lines.push(`listed ${page.items.length} of ${page.totalItems}`);
const first = (await hub.GET("/api/v1/groups/{id}/images", { params: { path, query: { pageSize: 2, cursor: "" } } })).data!;
const rest = (await hub.GET("/api/v1/groups/{id}/images", { params: { path, query: { pageSize: 2, cursor: first.nextCursor! } } })).data!;
lines.push(`followed ${[...first.items, ...rest.items].map((image) => image.fileName).join(", ")}, then ${rest.nextCursor ?? "the end"}`);

const ids = report.uploaded.map((image) => image.id);
const edited = (await hub.POST("/api/v1/images/bulk", { body: { action: "edit", ids, title: "Harbour {n}", addTags: ["dawn in TypeScript"], removeTags: ["boats"] } })).data!;
lines.push(`edited ${edited.items.map((item) => item.status).join(", ")}`);
const from = new Date(Date.now() - 3_600_000).toISOString();
const found = (await hub.GET("/api/v1/images", { params: { query: { groupId: group.id, tag: ["dawn in TypeScript", "sea"], from, sort: "fileName" } } })).data!;
lines.push(`found ${found.items.map((image) => image.title).join(", ")}`);
const tags = (await hub.GET("/api/v1/tags", { params: { query: { q: "dawn in Type" } } })).data!;
lines.push(`tags ${tags.items.map((tag) => `${tag.tag} ${tag.count}`).join(", ")}`);

const key = (await hub.POST("/api/v1/api-keys", { body: { name: "TypeScript", scopes: ["read", "upload"] } })).data!;
const kept = (await hub.GET("/api/v1/api-keys/{id}", { params: { path: { id: key.id } } })).data!;
lines.push(`key ${kept.name} ${kept.scopes.join("|")} ${kept.expiresAt ?? "without an end"}`);
const program = createClient<paths>({ baseUrl: url, headers: { "X-API-Key": key.key } });
const upload = (await program.POST("/api/v1/uploads", { body: { groupId: group.id, files: [{ fileName: "IMG_9.jpg", bytes: 5 }], onNameClash: "rename" } })).data!;
lines.push(`announced ${upload.files.map((file) => file.status).join(", ")}`);
await hub.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: key.id } } });
lines.push(refusal(await hub.GET("/api/v1/api-keys/{id}", { params: { path: { id: key.id } } })));

await hub.POST("/api/v1/images/bulk", { body: { action: "delete", ids: ids.slice(0, 1) } });
await hub.DELETE("/api/v1/groups/{id}", { params: { path } });
lines.push(refusal(await hub.GET("/api/v1/groups/{id}", { params: { path } })));
await hub.POST("/api/v1/groups/{id}/restore", { params: { path } });
await hub.POST("/api/v1/images/{id}/restore", { params: { path: { id: ids[0]! } } });
lines.push(`restored ${(await hub.GET("/api/v1/groups/{id}", { params: { path } })).data!.imageCount}`);
lines.push(refusal(await hub.POST("/api/v1/groups/{id}/restore", { params: { path } })));
lines.push(refusal(await hub.GET("/api/v1/groups", { params: { query: { pageSize: 1000 } } })));
console.log(lines.join("\n"));

function refusal({ error, response }: { error?: { code: string; errors?: Record<string, string[]> }; response: Response }) {
  return error === undefined ? "taken" : [response.status, error.code, ...Object.keys(error.errors ?? {})].join(" ");
}
