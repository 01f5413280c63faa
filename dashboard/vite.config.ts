// Builds into the Python package: names without hashes and the same bytes everywhere, so that it can be committed.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { wholeDocuments } from "./tools/documents.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const sources = join(root, "src");

export default defineConfig({
  root,
  plugins: [wholeDocuments(sources)],
  resolve: { alias: { "~": sources } },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    proxy: {
      "/graphql": { target: "http://localhost:8000", ws: true },
      "/auth": "http://localhost:8000",
      "/api": "http://localhost:8000",
    },
  },
  build: {
    target: "es2022",
    outDir: join(root, "../server/static/dashboard"),
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        entryFileNames: "assets/app.js",
        // A page that was opened before an update must not be given the wrong thing under a name of one letter.
        minifyInternalExports: false,
        chunkFileNames: ({ name, facadeModuleId }) => {
          const page = /\/pages\/([a-z-]+)\//.exec(facadeModuleId ?? "")?.[1];
          return `assets/${page ?? name}.js`;
        },
        assetFileNames: "assets/[name][extname]",
        codeSplitting: {
          groups: [
            // A group takes what its modules need along: what is needed first must come first.
            { name: "library", test: /node_modules\/(?!uplot)/, priority: 3 },
            { name: "house", test: /\/src\/(api|app|keys|parts\/(?!errors\/|plot\.ts))|vite\/|rolldown/, priority: 2 },
            { name: "chart", test: /node_modules\/uplot|\/src\/parts\/plot\.ts/, priority: 1 },
            // What the list of errors and their pages share is not for who only looks at others.
            { name: "triage", test: /\/src\/parts\/errors\// },
          ],
        },
      },
    },
  },
});
