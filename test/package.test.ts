import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packages, root } from "./workspace.ts";

/** The pnpm that the set-up uses; `pnpm pack` turns `workspace:^` into a version. */
const pnpm = ["-y", "pnpm@10.34.9"];
const MINUTES = 60_000;

let folder: string;
let tarballs: string;

function tarballOf(name: string): string {
	const file = readdirSync(tarballs).find((each) => each.startsWith(`${name}-`) && /-\d/.test(each));
	if (file === undefined) throw new Error(`${name} was not packed`);
	return join(tarballs, file);
}

function inTarball(path: string, member: string): string {
	return execFileSync("tar", ["-xzOf", path, `package/${member}`], { encoding: "utf8" });
}

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "netfossil-package-"));
	tarballs = mkdtempSync(join(tmpdir(), "netfossil-tarballs-"));
	if (!existsSync(`${root}packages/netfossil/dist`)) throw new Error("run `npm run setup` first: no dist");
	execFileSync("npx", [...pnpm, "-r", "pack", "--pack-destination", tarballs], { cwd: root, stdio: "pipe" });
}, 2 * MINUTES);

afterAll(() => {
	rmSync(folder, { recursive: true, force: true });
	rmSync(tarballs, { recursive: true, force: true });
});

describe.each(packages)("the tarball of $folder", ({ folder: name, manifest }) => {
	const path = (): string => tarballOf(manifest.name.replace("@", "").replace("/", "-"));

	it("holds what was built, its sources, a readme and the licence, and no tests", () => {
		const members = execFileSync("tar", ["-tzf", path()], { encoding: "utf8" }).trim().split("\n");
		for (const each of [
			"package.json",
			"README.md",
			"LICENSE",
			"dist/index.js",
			"dist/index.d.ts",
			"src/index.ts",
		])
			expect(members, name).toContain(`package/${each}`);
		const others = members.filter((each) => !/^package\/(dist|src)\/|^package\/[^/]+$/.test(each));
		expect(others).toEqual([]);
		expect(members.filter((each) => /\.test\.|tsbuildinfo/.test(each))).toEqual([]);
	});

	it("depends on versions, not on the workspace", () => {
		const { dependencies = {} } = JSON.parse(inTarball(path(), "package.json"));
		expect(JSON.stringify(dependencies)).not.toContain("workspace:");
	});
});

describe("@netfossil/iptables in an empty folder", () => {
	const saved =
		"*nat\n:DOCKER - [0:0]\n-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:8080\nCOMMIT\n";

	beforeAll(() => {
		writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
		writeFileSync(join(folder, "saved.txt"), saved);
		const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error"];
		execFileSync("npm", [...install, tarballOf("netfossil-core"), tarballOf("netfossil-iptables")], {
			cwd: folder,
			stdio: "pipe",
		});
	}, 2 * MINUTES);

	it("is imported by plain JavaScript", () => {
		writeFileSync(
			join(folder, "plain.js"),
			`import { readFileSync } from "node:fs";
import { parseSave, printSave } from "@netfossil/iptables";
import { normalIp } from "@netfossil/core";
const text = readFileSync("saved.txt", "utf8");
const { ast, diagnostics } = parseSave(text);
console.log(JSON.stringify({ type: ast.type, diagnostics, same: printSave(ast) === text, ip: normalIp("::A") }));
`,
		);
		const output = execFileSync(process.execPath, ["plain.js"], { cwd: folder, encoding: "utf8" });
		expect(JSON.parse(output)).toEqual({
			type: "iptables-save",
			diagnostics: [],
			same: true,
			ip: { family: 6, value: "::a" },
		});
	});

	it("has a schema at ./schema and semantics at ./semantics, and says clearly that ./testing wants fast-check", () => {
		writeFileSync(
			join(folder, "entries.js"),
			`import { parseSave } from "@netfossil/iptables";
import { IptablesSave } from "@netfossil/iptables/schema";
import { matchRule } from "@netfossil/iptables/semantics";
const { ast } = parseSave("*nat\\nCOMMIT\\n");
const [rule] = parseSave("-A INPUT -p tcp\\n").ast.statements;
const missing = await import("@netfossil/iptables/testing").then(() => "", (error) => error.message);
console.log(JSON.stringify({ valid: IptablesSave.safeParse(ast).success, matches: matchRule(rule, { protocol: 6 }).result, missing }));
`,
		);
		const output = JSON.parse(
			execFileSync(process.execPath, ["entries.js"], { cwd: folder, encoding: "utf8" }),
		);
		expect(output.valid).toBe(true);
		expect(output.matches).toBe(true);
		expect(output.missing).toContain("fast-check");
	});

	it("is imported by TypeScript, with types", () => {
		writeFileSync(
			join(folder, "typed.ts"),
			`import { parseSave, type IptablesSave } from "@netfossil/iptables";
import type { Diagnostic } from "@netfossil/core";
const { ast, diagnostics } = parseSave("");
export const tree: IptablesSave = ast;
export const first: Diagnostic | undefined = diagnostics[0];
// @ts-expect-error the type of a tree is one literal
export const wrong: "ipvsadm-list" = ast.type;
// @ts-expect-error trees are read-only
ast.type = "iptables-save";
`,
		);
		const options = { strict: true, module: "nodenext", target: "es2023", noEmit: true, types: [] };
		writeFileSync(
			join(folder, "tsconfig.json"),
			JSON.stringify({ compilerOptions: options, files: ["typed.ts"] }),
		);
		const { stdout, status } = spawnSync(`${root}node_modules/.bin/tsc`, ["-p", folder], {
			encoding: "utf8",
		});
		expect(stdout).toBe("");
		expect(status).toBe(0);
	});
});
