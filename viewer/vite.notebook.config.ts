import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * The viewer for the cells of notebooks: `--mode viewer`, one script and one style sheet;
 * `--mode stub`, what each notebook saves. Neither imports another file: they are sent as
 * messages.
 */
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  build: {
    outDir: "../src/beamio/web/static/notebook",
    emptyOutDir: false, // the build of the page did so
    copyPublicDir: false,
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 2500,
    rolldownOptions: {
      input: `src/notebook/${mode === "stub" ? "stub.ts" : "viewer.tsx"}`,
      preserveEntrySignatures: "strict",
      output: {
        codeSplitting: false,
        entryFileNames: "[name].js",
        assetFileNames: "viewer[extname]",
      },
    },
  },
}));
