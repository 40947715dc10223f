import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: "tests/server.ts", testTimeout: 20_000, hookTimeout: 30_000, pool: "threads" },
});
