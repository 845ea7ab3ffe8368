import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The API that `npm run dev` uses. */
const api = process.env.IMAGEHUB_URL ?? "http://localhost:5080";

/**
 * Preloads the titles' font, links the first screen's styles, and lists the app's files for boot.ts, which loads them in
 * parallel. The first script gets a low priority, so that the first screen's photos load before it.
 */
const namesTheApp: Plugin = {
  name: "names-the-app",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle }) {
      const chunks = Object.values(bundle ?? {}).filter((file) => file.type === "chunk");
      const named = (name: string) => chunks.find((file) => file.name === name);
      const files = new Set(["prefetch", "root", "main"].flatMap((name) => named(name) ?? []));
      for (const file of files) for (const other of chunks) if (file.imports.includes(other.fileName)) files.add(other);
      const look = named("look");
      const face = Object.keys(bundle ?? {}).find((file) => /-latin-400-normal-[^/]*\.woff2$/.test(file));
      const styles = [...files, ...(look ? [look] : [])].flatMap((file) => [...(file.viteMetadata?.importedCss ?? [])]);
      const link = (file: string, attrs: Record<string, string | boolean>) => ({
        tag: "link",
        attrs: { ...attrs, crossorigin: true, href: `/${file}` },
        injectTo: "head" as const,
      });
      const isNew = (file: string) => !html.includes(file);
      const tags = [
        ...(face ? [link(face, { rel: "preload", as: "font", type: "font/woff2" })] : []),
        ...[...new Set(styles)].filter(isNew).map((file) => link(file, { rel: "stylesheet" })),
        ...[...files].map(({ fileName }) => link(fileName, { "data-later": true })),
      ];
      return { html: html.replaceAll('<script type="module"', '$& fetchpriority="low"'), tags };
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
    // `react`, `data` and `app` have every page's code: a few files compress better than thirty. `data` does not depend on
    // React, so that requests start early. `look` has the styles of visitors' pages, `group` a group's page.
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
              test: /node_modules\/(react|react-dom|scheduler)\/|QueryClientProvider|src\/api\/useStore\./,
            },
            {
              name: "data",
              test: /query-core\/build\/modern\/(query|queryClient|queryCache|utils|infiniteQueryBehavior|retryer|focusManager|notifyManager|onlineManager|timeoutManager|removable|subscribable|environmentManager|mutation|mutationCache)\.|openapi-fetch|src\/api\/(client|keys|queries|session|problem|connection|storage|store)\.|(infiniteQuery|query)Options\.|src\/prefetch\.|src\/groups\/(queries|visitors\/(pageNumber|sizes))\.|src\/images\/fetchPhoto\.|src\/text\/(locale|others)\.|src\/uploads\/sending\/uploadProgress\./,
            },
            {
              name: "app",
              test: /react-router\/|query-core\/build\/modern\/queryObserver|react-query\/build\/modern\/(useBaseQuery|useQuery|suspense|errorBoundaryUtils|QueryErrorResetBoundary|IsRestoringProvider)\.|lucide-react\/dist\/esm\/(Icon|createLucideIcon|context|shared)|src\/(text\/(en|index|words|counts\.en)|shell\/(Failure|PageTitle|useScroll|LanguageField|ConnectionBanner|PageFocus|Waiting)|images\/Photo|site\/(site|Brand|Footer)|design\/(Notice|Button)|accounts\/me)\.tsx?$|src\/shell\/(whenShown|whenIdle|keyboard)\.|icons\/(circle-exclamation-point|compass|wifi-off|languages|rotate-ccw-clock|panels-top-left|search|cloud-off|calendar-days|eye-off|user-round)\./,
            },
            {
              name: "group",
              test: /src\/(groups\/visitors\/(Group|Photo|Share|photoLayout)|images\/(useLastViewed|viewer\/(openViewer|viewerPhoto))|archives\/(usePicking|offers)|paging\/(use|Infinite))[^?]*\.tsx?$|icons\/(arrow-left|pencil|image-off|play|share-2|check|download|square-check)\.|useInfiniteQuery\.|infiniteQueryObserver\.|react-photo-album\/dist/,
            },
          ],
        },
      },
    },
    // All target browsers support module preloading. The page itself lists the files of the app.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (file, needed) => (/\/(prefetch|root|main)-/.test(file) ? [] : needed),
    },
    target: "es2022",
    // The first versions with light-dark(). Its replacement for older browsers would not follow an element's own color-scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/api": api, "/health": api, "/s/": api, "/t/": api, "/openapi": api, "/docs": api },
  },
});
