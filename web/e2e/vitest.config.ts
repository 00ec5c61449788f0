import { defineConfig } from "vitest/config";

// The chapters of a story follow each other in one file, with one server and two browsers.
export default defineConfig({
  test: {
    include: ["*.spec.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    reporters: ["verbose"],
  },
});
