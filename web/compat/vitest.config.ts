import { defineConfig } from "vitest/config";

// Each file drives a server of its own.
export default defineConfig({
  test: {
    include: ["*.spec.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
