import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative, so that the viewer works behind any path prefix (JupyterHub, a proxy).
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/beamio/web/static",
    emptyOutDir: true,
    target: "es2022",
    // H5Web and three are one bundle of 1.4 MB that comes over loopback.
    chunkSizeWarningLimit: 2000,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    testTimeout: 30_000, // on a busy machine, too
    restoreMocks: true,
    unstubGlobals: true,
  },
});
