import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The API that `npm run dev` talks to. */
const api = process.env.IMAGEHUB_URL ?? "http://localhost:5080";

// Tests read what English machines write, wherever they run.
if (process.env.VITEST) process.env.LC_ALL = "en_US.UTF-8";

export default defineConfig({
  plugins: [react()],
  build: {
    // Inlined assets would be data: URIs, which the Content-Security-Policy refuses for anything but images.
    assetsInlineLimit: 0,
    target: "es2022",
    // The first versions with light-dark(): rewritten for older ones it would no longer follow a part's own color-scheme.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    proxy: { "/api": api, "/health": api, "/openapi": api, "/docs": api },
  },
});
