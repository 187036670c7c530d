import fc from "fast-check";
import { expect, it } from "vitest";
import { printIpRoute } from "../src/index.ts";
import { readFastNexthop, readFastRoute } from "../src/route/fast.ts";
import { RouteParser } from "../src/route/parser.ts";
import { ipRouteDumps } from "../src/testing.ts";
import { read, recorded } from "./recordings.ts";

const parser = new RouteParser();
const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim());
const isRoute = (line: string): boolean => line !== "" && !/^(?:nexthop|nh_info|cache)/.test(line);

/** Where the hand-written reader gives a node, the grammar must give the same; else whether it gave one. */
function agree(line: string): boolean {
	const [fast, whole] = line.startsWith("nexthop")
		? [readFastNexthop(line, 0, line.length), () => parser.readNexthop(line, 0, line.length)]
		: [readFastRoute(line, 0, line.length), () => parser.readRoute(line, 0, line.length)];
	if (fast === undefined) return false;
	expect(whole()).toEqual({ node: fast });
	return true;
}

const lines = recorded(/^(?:busybox_)?ip_(?:\w+_)?route.*\.txt$/)
	.flatMap((path) => linesOf(read(path)))
	.filter((line) => isRoute(line) || line.startsWith("nexthop"));

it("the reader of the commonest routes agrees with the grammar on recordings, nearly all of which it reads", () => {
	const own = lines.filter((line) => !/ {2}| mtu |encap|realms|\\|inet6|^\d+ /.test(line));
	expect(own.length).toBeGreaterThan(1500);
	expect(own.filter(agree).length / own.length).toBeGreaterThan(0.99);
	for (const line of lines) agree(line);
});

const NOISE = [
	"",
	" ",
	"  ",
	"\t",
	"dev",
	" via ",
	"inet6 ",
	" table 7",
	"onlink ",
	"metric",
	"/",
	":",
	"default",
	"0x",
	"-",
];

it("and on generated and damaged ones", () => {
	const generated = ipRouteDumps().map((ast) => linesOf(printIpRoute(ast)).filter(Boolean)[0] ?? "default");
	const edits = fc.array(fc.tuple(fc.nat(150), fc.nat(6), fc.constantFrom(...NOISE)), { maxLength: 3 });
	fc.assert(
		fc.property(fc.oneof(fc.constantFrom(...lines), generated), edits, (line, changes) => {
			const damaged = changes.reduce((text, [place, length, by]) => {
				const at = place % (text.length + 1);
				return text.slice(0, at) + by + text.slice(at + length);
			}, line);
			agree(damaged.replace(/^[ \t]+|[ \t]+$/g, ""));
		}),
		{ numRuns: 4000 },
	);
});
