import { existsSync, readdirSync, readFileSync } from "node:fs";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balancedServices, parseList, parseSave, printList, printSave, serviceName } from "../src/index.ts";
import { ListParser } from "../src/list/parser.ts";
import { SaveParser } from "../src/save/parser.ts";
import { IpvsadmList, IpvsadmSave } from "../src/schema.ts";
import { lists, saves } from "../src/testing.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const scenes = readdirSync(new URL("ipvsadm/", root), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => `ipvsadm/${entry.name}`);
const recorded = scenes.flatMap((scene) =>
	readdirSync(new URL(`${scene}/`, root)).map((file) => `${scene}/${file}`),
);
const recordedSaves = recorded.filter((path) => /_Sn?\.txt$/.test(path));
const recordedLists = recorded.filter((path) => !recordedSaves.includes(path));
const seedLists = [
	"seeds/swarm-access/manager1/netns/ingress_sbox/ipvsadm.txt",
	"seeds/swarm-vote/manager1/netns/727bc5c9f5d0/ipvsadm.txt",
	"seeds/packet-trace/host/netns/ingress_sbox/ipvs_table.txt",
];

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		validateGrammar(() => new ListParser(false));
		validateGrammar(() => new SaveParser(false));
	});
});

describe("recordings", () => {
	it.each([...recordedLists, ...seedLists])("list %s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseList(text);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(text);
		expect(IpvsadmList.parse(ast)).toEqual(ast);
	});

	it.each([...recordedSaves, "seeds/packet-trace/host/netns/ingress_sbox/ipvsadm-save.txt"])(
		"save %s: read whole, printed back, valid",
		(path) => {
			const text = read(path);
			const { ast, diagnostics } = parseSave(text);
			expect(diagnostics).toEqual([]);
			expect(printSave(ast)).toBe(text);
			expect(IpvsadmSave.parse(ast)).toEqual(ast);
		},
	);

	it.each(scenes.filter((scene) => existsSync(new URL(`${scene}/ipvsadm_Sn.txt`, root))))(
		"%s: the list and the save form hold the same real servers",
		(scene) => {
			const summary = (services: ReturnType<typeof balancedServices>): string[] =>
				services
					.map(({ service, servers }) => {
						const each = servers.map((s) => `${s.address.value}:${s.port.number} ${s.weight}`);
						return `${serviceName(service.key)} ${service.scheduler?.value} ${each.join(", ")}`;
					})
					.sort();
			const listed = balancedServices(parseList(read(`${scene}/ipvsadm_Ln.txt`)).ast);
			const saved = balancedServices(parseSave(read(`${scene}/ipvsadm_Sn.txt`)).ast);
			expect(summary(listed)).toEqual(summary(saved));
		},
	);
});

describe("properties", () => {
	const texts = [...recordedLists, ...recordedSaves].map(read).map((text) => text.slice(0, 2000));

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseList, print: printList }, text);
				checkLaws({ parse: parseSave, print: printSave }, text);
			}),
			{ numRuns: 500 },
		);
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(lists(), (ast) => {
				expect(withoutSpans(parseList(printList(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
		fc.assert(
			fc.property(saves(), (ast) => {
				expect(withoutSpans(parseSave(printSave(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
	});
});

describe("bad input", () => {
	it("keeps the other lines when one is broken, and points at the place", () => {
		const text = "FWM  2x8 rr\n  -> 10.0.0.3:0                   Masq    1      0          0         \n";
		const { ast, diagnostics } = parseList(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["FWM  2x8 rr"]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/syntax", start: 5, end: 8, expected: ["a number"] }]);
		expect(ast.statements[1]).toMatchObject({ type: "real-server", weight: 1 });
	});
});
