import { defineConfig } from "vitest/config";

// Tests read the TypeScript sources through this export condition, so they need no build.
const conditions = ["@netfossil/source"];

export default defineConfig({
	resolve: { conditions },
	ssr: { resolve: { conditions } },
	test: {
		include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
		setupFiles: ["test/setup.ts"],
		testTimeout: 60_000,
		// One more than vitest takes on two cores: some files wait for other programs most of the time.
		maxWorkers: 2,
		coverage: {
			provider: "v8",
			include: ["packages/*/src/**"],
			reporter: ["text-summary"],
			reportOnFailure: true,
		},
	},
});
