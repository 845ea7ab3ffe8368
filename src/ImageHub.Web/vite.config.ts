import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The API that `npm run dev` uses. */
const api = process.env.IMAGEHUB_URL ?? "http://localhost:5080";

/**
 * The page preloads the files that the first script imports later, and the font of its titles, so that they load in parallel. Scripts
 * have a low priority, so that the photos of the first screen, which the HTML contains, load before them.
 */
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
        attrs: { rel, crossorigin: true, href: `/${file}`, ...(rel === "modulepreload" && { fetchpriority: "low" }) },
        injectTo: "head" as const,
      });
      const face = Object.keys(bundle ?? {}).find((file) => /-latin-400-normal-[^/]*\.woff2$/.test(file));
      const files = chunks.filter((file) => file === app || app.imports.includes(file.fileName));
      const tags = [
        ...(face
          ? [
              {
                tag: "link",
                attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${face}` },
                injectTo: "head" as const,
              },
            ]
          : []),
        ...files
          .map((file) => file.fileName)
          .filter(isNew)
          .map(link("modulepreload")),
        // The first screen needs the styles of the visitors' pages before their code.
        ...[...files, ...chunks.filter(({ name }) => name === "look")]
          .flatMap((file) => [...(file.viteMetadata?.importedCss ?? [])])
          .filter((file, number, all) => isNew(file) && all.indexOf(file) === number)
          .map(link("stylesheet")),
      ];
      return {
        html: html.replaceAll(/<(script type="module"|link rel="modulepreload")/g, '$& fetchpriority="low"'),
        tags,
      };
    },
  },
};

/** The font's licence is published with the font. */
const fontLicence: Plugin = {
  name: "font-licence",
  generateBundle() {
    const licence = createRequire(import.meta.url).resolve("@fontsource/instrument-serif/LICENSE");
    this.emitFile({ type: "asset", fileName: "assets/instrument-serif-licence.txt", source: readFileSync(licence) });
  },
};

export default defineConfig({
  // FirstScreen.cs writes elements with these class names.
  css: { modules: { generateScopedName: (name, file) => `${basename(file, ".module.css")}_${name}` } },
  plugins: [react(), namesTheApp, fontLicence],
  build: {
    // The Content-Security-Policy allows data: URIs for images only, so assets are not inlined.
    assetsInlineLimit: 0,
    // `react` has the code that every page needs: one file compresses better than five. `parts` has small modules that
    // several pages share, which would each be a request. `look` has the styles of the visitors'
    // pages, `group` the code of a group's page.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: "look",
              test: /src\/(groups\/visitors|shell|paging|design\/(Button|Notice|BackLink)|site\/(Brand|Masthead|Footer)|images\/(Photo|viewer\/movingPhoto)|search\/SearchField)[^?]*\.module\.css/,
            },
            {
              name: "react",
              test: /node_modules\/(react|react-dom|scheduler)\/|QueryClientProvider|src\/api\/store\./,
            },
            {
              name: "group",
              test: /src\/(groups\/visitors\/(Group|Photo|Share|photoLayout)|images\/viewer\/(openViewer|movingPhoto|viewerPhoto)|archives\/usePicking|paging\/|inventory\/LevelText)[^?]*\.tsx?$|icons\/(arrow-left|pencil|image-off|play|share-2|check|download|square-check)\.|useInfiniteQuery\.|react-photo-album\/dist/,
            },
            {
              name: "parts",
              test: /\/whenShown\.|\/src\/shell\/keyboard\.|\/icons\/(search|cloud-off|calendar-days|eye-off)\./,
            },
          ],
        },
      },
    },
    // All target browsers support module preloading.
    modulePreload: { polyfill: false },
    target: "es2022",
    // The first versions with light-dark(). Its replacement for older browsers would not follow an element's own color-scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/api": api, "/health": api, "/s/": api, "/openapi": api, "/docs": api },
  },
});
