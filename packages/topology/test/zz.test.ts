import { readFileSync, writeFileSync } from "node:fs";
import { Source } from "@netfossil/core";
import { it } from "vitest";
import { reconstruct, toText } from "../src/index.ts";

const root = new URL("../../../fixtures/seeds/", import.meta.url);
const P: Record<string, [string, string]> = {
	"ip-address": ["iproute", "parseIpAddress"],
	"ip-netns": ["iproute", "parseIpNetns"],
	ls: ["iproute", "parseNetnsLs"],
	"iptables-list": ["iptables", "parseList"],
	"iptables-save": ["iptables", "parseSave"],
	"ipvsadm-list": ["ipvsadm", "parseList"],
	"ipvsadm-save": ["ipvsadm", "parseSave"],
	"docker-network-ls": ["docker", "parseNetworkLs"],
	"docker-ps": ["docker", "parsePs"],
	"docker-service-ls": ["docker", "parseServiceLs"],
	"docker-service-ps": ["docker", "parseServicePs"],
	"docker-network-inspect": ["docker", "parseNetworkInspect"],
	"docker-inspect": ["docker", "parseInspect"],
	"docker-service-inspect": ["docker", "parseServiceInspect"],
	netstat: ["sockets", "parseNetstat"],
	tcpdump: ["tcpdump", "parseTcpdump"],
};
const mods: any = {};
for (const m of ["iproute", "iptables", "ipvsadm", "docker", "sockets", "tcpdump"]) {
	try {
		mods[m] = await import(`../../${m}/src/index.ts`);
	} catch (e) {
		console.log("no", m, String(e).slice(0, 200));
		mods[m] = {};
	}
}
it("x", () => {
	const index = JSON.parse(readFileSync(new URL("index.json", root), "utf8"));
	const all: any = {};
	for (const e of index) {
		const kind = e.kind.split(" ")[0].replace("ip-link", "ip-address");
		if (!P[kind]) {
			console.log("nokind", e.kind);
			continue;
		}
		const [m, f] = P[kind]!;
		const fn = mods[m][f];
		if (!fn) {
			console.log("skip", kind);
			continue;
		}
		const text = readFileSync(new URL(e.file, root), "utf8");
		const place = !e.place
			? { type: "host" }
			: e.place.startsWith("netns/")
				? { type: "netns", name: e.place.slice(6) }
				: { type: "container", id: e.place.replace("containers/", "") };
		const dump: any = {
			id: e.file,
			kind: kind === "ls" ? "netns-ls" : kind,
			scope: { host: e.host, place },
			command: e.command,
			source: new Source(e.file, text),
			start: 0,
			end: text.length,
			reasons: [],
		};
		let r;
		try {
			r = fn(text);
		} catch (x) {
			console.log("THROW", e.file, x);
			continue;
		}
		if (r.diagnostics.length)
			console.log(
				e.file,
				r.diagnostics.map((d: any) => d.message),
			);
		const g = e.file.split("/")[0].replace(/swarm-(vote|access)/, "vote");
		(all[g] ??= []).push({ dump, ...r });
	}
	for (const g of Object.keys(all)) {
		const t = reconstruct(all[g]);
		writeFileSync(`/tmp/${g}.txt`, toText(t));
		writeFileSync(`/tmp/${g}.json`, JSON.stringify(t, null, 1));
	}
});
