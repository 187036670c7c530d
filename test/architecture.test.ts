import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Package, packages, read, root } from "./workspace.ts";

const parsers = ["docker", "iproute", "iptables", "ipvsadm", "kernel", "sockets", "tcpdump"];

/** What each package may use of the others. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
	core: [],
	...Object.fromEntries(parsers.map((parser) => [parser, ["core"]])),
	capture: ["core", ...parsers],
	topology: ["core", ...parsers, "capture"],
	trace: ["core", ...parsers, "capture", "topology"],
	netfossil: ["core", ...parsers, "capture", "topology", "trace"],
};

interface Import {
	readonly from: string;
	/** Gone after compilation. */
	readonly typeOnly: boolean;
	/** Loaded only when it is called for. */
	readonly dynamic: boolean;
}

/** The modules that a source names. */
function importsOf(path: string): Import[] {
	const text = read(path);
	const fixed = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?"([^"]+)"/gm);
	const dynamic = text.matchAll(/\bimport\("([^"]+)"\)/g);
	return [
		...Array.from(fixed, ([, type, from]) => ({ from: from!, typeOnly: type !== undefined, dynamic: false })),
		...Array.from(dynamic, ([, from]) => ({ from: from!, typeOnly: false, dynamic: true })),
	];
}

/** `@scope/name` or `name` of a module that is no file. */
function packageName(module: string): string {
	return module
		.split("/")
		.slice(0, module.startsWith("@") ? 2 : 1)
		.join("/");
}

function folderOf(name: string): string | undefined {
	return packages.find(({ manifest }) => manifest.name === name)?.folder;
}

/** The outside packages that are loaded with a module of the workspace. */
function loadedWith(path: string, seen: Set<string> = new Set()): Set<string> {
	const outside = new Set<string>();
	if (seen.has(path)) return outside;
	seen.add(path);
	for (const { from, typeOnly, dynamic } of importsOf(path)) {
		if (typeOnly || dynamic) continue;
		const inside = sourceOf(path, from);
		if (inside === undefined) outside.add(packageName(from));
		else for (const each of loadedWith(inside, seen)) outside.add(each);
	}
	return outside;
}

/** The source behind a module, if it is one of ours. */
function sourceOf(importer: string, module: string): string | undefined {
	if (module.startsWith(".")) return join(dirname(importer), module);
	const folder = folderOf(packageName(module));
	if (folder === undefined) return undefined;
	const entry = module.slice(packageName(module).length + 1) || "index";
	return `packages/${folder}/src/${entry}.ts`;
}

const usedBy = ({ sources }: Package): Set<string> =>
	new Set(
		sources
			.flatMap(importsOf)
			.filter(({ from }) => !from.startsWith(".") && !from.startsWith("node:"))
			.map(({ from }) => packageName(from)),
	);

describe.each(packages)("$folder", (pack) => {
	const { folder, manifest, sources } = pack;

	it("has a place in the house", () => {
		expect(Object.keys(mayUse)).toContain(folder);
	});

	it("uses only packages below it", () => {
		const used = [...usedBy(pack)].map(folderOf).filter((each) => each !== undefined);
		const declared = Object.keys(manifest.dependencies ?? {})
			.map(folderOf)
			.filter((each) => each !== undefined);
		for (const each of [...used, ...declared]) expect(mayUse[folder]).toContain(each);
	});

	it("declares exactly what it imports", () => {
		const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
		expect([...usedBy(pack)].sort()).toEqual(Object.keys(declared).sort());
	});

	it("imports only files and entry points that exist", () => {
		for (const path of sources)
			for (const { from } of importsOf(path)) {
				const source = sourceOf(path, from);
				if (source !== undefined) expect(existsSync(root + source), `${path}: ${from}`).toBe(true);
				const owner = packages.find(({ manifest: { name } }) => name === packageName(from));
				const entry = `.${from.slice(packageName(from).length)}`;
				if (owner) expect(Object.keys(owner.manifest.exports), `${path}: ${from}`).toContain(entry);
			}
	});

	it("names the packages that it builds on to the compiler", () => {
		const { references } = JSON.parse(read(`packages/${folder}/tsconfig.json`));
		const built = references.map(({ path }: { path: string }) => path.replace("../", "")).sort();
		const declared = Object.keys(manifest.dependencies ?? {})
			.map(folderOf)
			.filter((each) => each !== undefined);
		expect(built).toEqual(declared.sort());
	});
});

describe.each(["core", ...parsers])("the main entry of %s", (folder) => {
	it("loads neither zod nor fast-check", () => {
		const loaded = loadedWith(`packages/${folder}/src/index.ts`);
		expect(loaded).not.toContain("zod");
		expect(loaded).not.toContain("fast-check");
	});
});

it("the parser of iptables does not load its semantics", () => {
	const seen = new Set<string>();
	loadedWith("packages/iptables/src/index.ts", seen);
	expect(seen).toContain("packages/iptables/src/view.ts");
	expect([...seen].filter((path) => path.includes("semantics"))).toEqual([]);
});

describe.each(["packages/capture/src/files.ts", "packages/topology/src/index.ts"])(
	"%s, which a browser can load",
	(entry) => {
		const seen = new Set<string>();
		const loaded = loadedWith(entry, seen);

		it("loads nothing of node", () => {
			expect([...loaded].filter((each) => each.startsWith("node:"))).toEqual([]);
			expect(loadedWith("packages/capture/src/index.ts")).toContain("node:fs");
		});

		it("uses no global of node", () => {
			for (const path of seen)
				expect(read(path), path).not.toMatch(/\bBuffer\.|\bprocess\.(?:env|argv|platform|stdout|stderr)\b/);
		});
	},
);

it("the import graph is really walked", () => {
	expect(loadedWith("packages/ipvsadm/src/index.ts")).toContain("chevrotain");
	expect(loadedWith("packages/ipvsadm/src/schema.ts")).toContain("zod");
	expect(loadedWith("packages/ipvsadm/src/testing.ts")).toContain("fast-check");
});
