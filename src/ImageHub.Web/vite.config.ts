import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The API that `npm run dev` talks to. */
const api = process.env.IMAGEHUB_URL ?? "http://localhost:5080";

/** The page names the app's own files as well, which its first script imports: they come at the same time. */
const namesTheApp: Plugin = {
  name: "names-the-app",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle, chunk: entry }) {
      const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
      const app = chunks.find((file) => file.name === "main");
      if (app === undefined || entry === undefined) return;
      const isNew = (file: string) => file !== entry.fileName && !html.includes(file);
      const link = (rel: string) => (file: string) => ({
        tag: "link",
        attrs: { rel, crossorigin: true, href: `/${file}` },
        injectTo: "head" as const,
      });
      const files = chunks.filter((file) => file === app || app.imports.includes(file.fileName));
      return [
        ...files
          .map((file) => file.fileName)
          .filter(isNew)
          .map(link("modulepreload")),
        ...files
          .flatMap((file) => [...(file.viteMetadata?.importedCss ?? [])])
          .filter(isNew)
          .map(link("stylesheet")),
      ];
    },
  },
};

export default defineConfig({
  plugins: [react(), namesTheApp],
  build: {
    // Inlined assets would be data: URIs, which the Content-Security-Policy refuses for anything but images.
    assetsInlineLimit: 0,
    target: "es2022",
    // The first versions with light-dark(): rewritten for older ones it would no longer follow a part's own color-scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/api": api, "/health": api, "/s/": api, "/openapi": api, "/docs": api },
  },
});
