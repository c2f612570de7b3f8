import { defineConfig } from "vitest/config";

/** The projects: `node` is `npm test`; the others have a script each. The fuzz and fault sweeps are `slow`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.{interop,slow,browser}.test.ts"],
          testTimeout: 30_000,
        },
      },
      { test: { name: "slow", include: ["test/**/*.slow.test.ts"], testTimeout: 1_800_000 } },
      { test: { name: "interop", include: ["test/**/*.interop.test.ts"], testTimeout: 120_000 } },
    ],
  },
});
