import { parseParts } from "@netfossil/core";
import { unparsedIn } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	attributeOf,
	type Interface,
	ipAddressParts,
	kindOf,
	type Link,
	parseIpAddress,
	printIpAddress,
	type Statistics,
} from "../src/index.ts";
import { read, recorded } from "./recordings.ts";

/** Two interfaces as `ip -s -d addr` shows them. */
const first = `2: eth0@if15: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master br0 state UP group default qlen 1000
    link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0  allmulti 0 minmtu 68 maxmtu 65535 
    veth 
    bridge_slave state forwarding priority 32 cost 2 hairpin off hold_timer    0.00 numtxqueues 1 gso_max_size 65536 
    alias uplink
    RX:  bytes packets errors dropped  missed   mcast           
           720       8      0       0       0       0 
    altname enp0s3
    inet 10.255.0.2/16 brd 10.255.255.255 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 fe80::42:aff:feff:2/64 scope link 
       valid_lft 6992sec preferred_lft forever
`;
const second = first
	.replace("2: eth0@if15", "17: br-0123456789ab")
	.replace("scope global eth0", "scope global br-0123456789ab")
	.replaceAll("10.255.0.2", "10.255.0.17")
	.replace("master br0 ", "");

/** Reads a text and sees that it is printed back; how many diagnostics of which kind there were. */
function readBack(text: string) {
	const { ast, diagnostics } = parseIpAddress(text);
	expect(printIpAddress(ast)).toBe(text);
	const interfaces = ast.statements.filter((node) => node.type === "interface");
	return { ast, interfaces, codes: diagnostics.map(({ code }) => code), unread: unparsedIn(ast) };
}

/** What a block says, without its layout. */
const gist = (node: Interface | undefined) => ({
	name: node?.name.value,
	mtu: node?.mtu?.value,
	link: node?.link?.address?.value,
	kind: node && kindOf(node)?.value,
	port: node && attributeOf(node, "bridge_slave", "state")?.[0]?.value,
	addresses: node?.addresses.map(({ address, lifetime }) => [address.address, lifetime !== undefined]),
});
const whole = gist(readBack(first).interfaces[0]);
const other = gist(readBack(second).interfaces[0]);

describe("bad input of ip addr", () => {
	it("a block that stops anywhere keeps all lines before the last one, and the next block is read", () => {
		const lines = first.split("\n").slice(0, -1);
		for (let count = 1; count < lines.length; count++) {
			const text = `${lines.slice(0, count).join("\n")}\n${second}`;
			const { interfaces, codes, unread } = readBack(text);
			expect(codes, text).toEqual([]);
			expect(unread).toEqual([]);
			expect(interfaces).toHaveLength(2);
			expect(gist(interfaces[1])).toEqual(other);
		}
		for (let end = lines[0]!.length + 1; end < first.length; end++) {
			const { ast } = parseIpAddress(`${first.slice(0, end)}\n${second}`);
			const interfaces = ast.statements.filter((node) => node.type === "interface");
			expect(interfaces).toHaveLength(2);
			expect(unparsedIn(ast).length).toBeLessThanOrEqual(1);
			expect(gist(interfaces[1])).toEqual(other);
		}
	});

	it("two outputs that were written into one another: each line is read, whose it is may be lost", () => {
		const a = first.split("\n").slice(0, -1);
		const b = second.split("\n").slice(0, -1);
		fc.assert(
			fc.property(fc.infiniteStream(fc.boolean()), (turns) => {
				const left = [...a];
				const right = [...b];
				const text: string[] = [];
				for (const turn of turns) {
					const from = (turn && left.length > 0) || right.length === 0 ? left : right;
					const line = from.shift();
					if (line === undefined) break;
					text.push(line);
				}
				const { interfaces, codes, unread } = readBack(`${text.join("\n")}\n`);
				expect(interfaces.map(gist).map(({ name }) => name)).toEqual(
					expect.arrayContaining(["eth0", "br-0123456789ab"]),
				);
				// Numbers of which the titles stand elsewhere have no names, and so no place.
				expect(unread.every(({ text: line }) => /^ +\d[\d ]+$/.test(line))).toBe(true);
				expect(new Set(codes)).toEqual(new Set(codes.filter((code) => /orphan|syntax/.test(code))));
			}),
			{ numRuns: 200 },
		);
	});

	it.each([
		"eth0:1",
		"br-0123456789ab",
		"a@b",
		"abcdefghijklmno",
		"<UP>",
		"{",
		"}",
		"-x",
		"7",
		"0x1f",
		"mtu",
		"scope",
		"inet",
		"link/ether",
		"valid_lft",
		"RX:",
		"10.0.0.1",
		'"',
		"\\",
		"ä€😀",
	])("an interface may be called %s, in every form", (name) => {
		const head = "<BROADCAST,UP> mtu 1500 qdisc noqueue";
		const rest = "state UP group default qlen 1000";
		const text = `3: ${name}: ${head} master ${name} ${rest}
    link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    bond mode active-backup active_slave ${name} miimon 100 
    inet 10.0.0.2/24 scope global ${name}
       valid_lft forever preferred_lft forever
`;
		const { interfaces, codes } = readBack(text);
		expect(codes).toEqual([]);
		expect(interfaces).toHaveLength(1);
		const [node] = interfaces;
		expect(node).toMatchObject({ name: { value: name }, master: { value: name }, qlen: { value: 1000 } });
		expect(node?.addresses[0]?.label?.value).toBe(name);
		expect(attributeOf(node!, "bond", "active_slave")).toMatchObject([{ type: "word", value: name }]);
		const one = `3: ${name}    inet 10.0.0.2/24 scope global ${name}\\       valid_lft 9sec preferred_lft -2sec\n`;
		expect(readBack(one).ast.statements).toMatchObject([
			{
				type: "address-of-interface",
				name: { value: name },
				address: { lifetime: { preferred: { value: -2 } } },
			},
		]);
		// `%-16s` counts bytes.
		const column = 16 - (Buffer.byteLength(name) - name.length);
		const brief = `${name.padEnd(column)} UP             10.0.0.2/24 \n`;
		const shown = name.includes("@") ? name.slice(0, name.lastIndexOf("@")) : name;
		expect(readBack(brief).ast.statements).toMatchObject([{ type: "brief", name: { value: shown } }]);
	});

	it("values that were never seen stay in their place, and their neighbours are read", () => {
		const text = first
			.replace("mtu 1450", "mtu huge")
			.replace("state UP", "state 0x9")
			.replace("qlen 1000", "qlen -5")
			.replace("promiscuity 0", "promiscuity many")
			.replace("cost 2", "cost 4294967296")
			.replace("hold_timer    0.00", "hold_timer   never")
			.replace("scope global", "scope 253")
			.replace("6992sec", "-7sec");
		const { interfaces, codes } = readBack(text);
		expect(codes).toEqual(["iproute/unknown-attribute"]);
		expect(interfaces[0]).toMatchObject({
			unknown: [{ text: "mtu huge" }],
			state: { value: "0x9" },
			qlen: { value: -5 },
			link: { attributes: [{ name: "promiscuity", values: [{ type: "word", value: "many" }] }, {}, {}, {}] },
			addresses: [{ scope: { value: "253" } }, { lifetime: { valid: { value: -7 } } }],
		});
		expect(attributeOf(interfaces[0]!, "bridge_slave", "cost")).toMatchObject([{ value: 4294967296 }]);
		expect(attributeOf(interfaces[0]!, "bridge_slave", "numtxqueues")).toMatchObject([{ value: 1 }]);
	});

	it("counters below zero and of 64 bits keep all their digits", () => {
		const text = first.replace(
			/ +RX:.*\n.*/,
			"    RX: bytes  packets  errors  \n    18446744073709551615 -8       0       ",
		);
		const statistics = readBack(text).interfaces[0]?.properties?.find(
			(node): node is Statistics => node.type === "statistics",
		);
		expect(statistics?.counters?.counters.slice(0, 2)).toMatchObject([
			{ name: "bytes", value: 2 ** 64, text: "18446744073709551615" },
			{ name: "packets", value: -8 },
		]);
	});

	it("a paste without blanks at the ends, with other indentation, or with single blanks says the same", () => {
		for (const change of [
			(text: string) => text.replace(/ +$/gm, ""),
			(text: string) => text.replace(/^(?=.)/gm, "\t"),
			(text: string) => text.replace(/^ +/gm, (blanks) => blanks.slice(2)),
			(text: string) => text.replaceAll("\n", "\r\n"),
			(text: string) => text.replace(/\n(?=.)/g, "\n\n"),
		]) {
			const { interfaces, codes } = readBack(change(first + second));
			expect(codes).toEqual([]);
			expect(interfaces.map(gist)).toEqual([whole, other]);
		}
		const { ast } = parseIpAddress((first + second).replace(/ +/g, " "));
		expect(ast.statements.map((node) => node.type)).toEqual(["interface", "interface"]);
		expect((ast.statements as Interface[]).map(gist)).toEqual([whole, other]);
	});

	it("the rest of a line that was wrapped stays in its block, which goes on", () => {
		const wrapped = first
			.replace(" state UP group", "\nstate UP group")
			.replace(" link-netnsid 0", "\nlink-netnsid 0");
		const { interfaces, unread } = readBack(wrapped + second);
		expect(interfaces.map(gist)).toEqual([whole, other]);
		expect(unread.map(({ text }) => text.slice(0, 14))).toEqual(["state UP group", "link-netnsid 0"]);
		const cut = first.replace(" scope global", "\nscope global");
		expect(gist(readBack(cut + second).interfaces[0]).addresses).toEqual([["fe80::42:aff:feff:2", true]]);
	});

	it("prompts and messages between interfaces are statements of their own", () => {
		for (const between of [
			"root@node1:~# ip -s -d addr show dev br-0123456789ab\n",
			"/ # ip a\n",
			"[user@host ~]$ ip a\n",
			"Dump was interrupted and may be inconsistent.\n",
			'Device "eth9" does not exist.\n',
			"--\n",
		]) {
			const { ast, interfaces, unread } = readBack(first + between + second);
			expect(ast.statements.map(({ type }) => type)).toEqual(["interface", "unparsed", "interface"]);
			expect(interfaces.map(gist)).toEqual([whole, other]);
			expect(unread).toHaveLength(1);
		}
	});

	it("functions of a card are read, and the statistics behind each", () => {
		const text = `2: ens1f0: <BROADCAST,UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff
    vf 0     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 5, qos 2, vlan protocol 802.1ad, tx rate 10 (Mbps), max_tx_rate 100Mbps, spoof checking on, link-state auto, trust off, query_rss off
    RX: bytes  packets  mcast   bcast 
    10         1        0       0       
    vf 1 MAC 02:00:00:00:00:02, spoof checking off, sparkle 9
    altname enp1s0f0
`;
		const { interfaces, codes } = readBack(text);
		expect(codes).toEqual(["iproute/unknown-attribute"]);
		expect(interfaces[0]?.properties?.map(({ type }) => type)).toEqual(["vf", "statistics", "vf", "altname"]);
		expect(interfaces[0]?.properties?.[0]).toMatchObject({
			index: { value: 0 },
			kind: { value: "ether" },
			address: { type: "mac", value: "02:00:00:00:00:01" },
			attributes: [
				{ name: "vlan", values: [{ type: "number", value: 5 }] },
				{ name: "qos" },
				{ name: "vlan protocol", values: [{ value: "802.1ad" }] },
				{ name: "tx rate", values: [{ value: 10 }] },
				{ name: "max_tx_rate", values: [{ value: 100 }] },
				{ name: "spoof checking", values: [{ value: "on" }] },
				{ name: "link-state" },
				{ name: "trust" },
				{ name: "query_rss" },
			],
		});
	});

	it.each([
		[
			"    netkit mode l3 type peer policy forward peer policy blackhole scrub default ",
			"peer policy",
			["blackhole"],
		],
		[
			"    bond mode balance-rr arp_ip_target 10.0.0.1,10.0.0.2 arp_validate none ",
			"arp_ip_target",
			["10.0.0.1", "10.0.0.2"],
		],
		[
			"    bond_slave state BACKUP ad_actor_oper_port_state_str <active,expired> prio 0 ",
			"ad_actor_oper_port_state_str",
			["active", "expired"],
		],
		[
			"    can <LOOPBACK,FD> state ERROR-ACTIVE (berr-counter tx 3 rx 4) restart-ms 100 ",
			"berr-counter",
			[3, 4],
		],
		["    macsec sci 0000000000000001 protect on cipher GCM-AES-256 icvlen 16 ", "sci", ["0000000000000001"]],
		["    bareudp dstport 6635 ethertype mpls_uc srcportmin 49152 nomultiproto ", "nomultiproto", []],
		["    prog/xdpgeneric id 7 name pass tag 1234567890123456 jited ", "tag", ["1234567890123456"]],
		[
			"    geneve id 9 remote 2001:db8::9 ttl inherit flowlabel 0xbeef dstport 6081 noudpcsum ",
			"remote",
			["2001:db8::9"],
		],
	])("%s", (line, name, values) => {
		const [details] = readBack(`${line}\n`).ast.statements;
		if (details?.type !== "details") throw new Error("no details");
		const found = details.attributes.find((each) => each.type === "attribute" && each.name === name);
		expect(found).toMatchObject({ values: values.map((value) => ({ value })) });
		expect(details.attributes.filter(({ type }) => type === "unparsed")).toEqual([]);
	});

	it("releases before 4.10 name the port and the switch on the first line", () => {
		const text =
			"2: p0: <UP> mtu 1500 qdisc mq master br0 portname p0 portid 0c42a1 switchid 00154d state UP group default qlen 1000\n";
		const { interfaces, codes } = readBack(text);
		expect(codes).toEqual([]);
		expect(interfaces[0]).toMatchObject({ portid: { value: "0c42a1" }, switchid: { value: "00154d" } });
	});

	it("a link line that is not the tool's any more keeps what is known of it", () => {
		const text = first.replace("link-netnsid 0 promiscuity 0", "sparkle 9 link-netnsid 0 promiscuity 0");
		const { interfaces, codes } = readBack(text);
		expect(codes).toEqual(["iproute/unknown-attribute"]);
		const link = interfaces[0]?.link as Link;
		expect(link.address?.value).toBe("02:42:0a:ff:00:02");
		expect(link.attributes?.at(-1)).toMatchObject({ name: "maxmtu" });
	});
});

describe("in parts", () => {
	async function collect(chunks: Iterable<string>) {
		const statements = [];
		const diagnostics = [];
		let longest = 0;
		const reader = ipAddressParts();
		const watched = {
			...reader,
			read: (text: string) => {
				longest = Math.max(longest, text.length);
				return reader.read(text);
			},
		};
		for await (const part of parseParts(chunks, watched)) {
			statements.push(...part.ast);
			diagnostics.push(...part.diagnostics);
		}
		return { statements, diagnostics, longest };
	}

	it("a text may be cut where the reader says, and says the same", () => {
		const texts = [
			first + second,
			`${first}root@h:~# ip a\n${second}\n\n--\n${first}`,
			...recorded(/^(?:busybox_ip_a|ip_d_addr|ip_o_addr|ip_o_d_link|ip_br_\w+|ip_s_s_d_link)\.txt$/).map(
				read,
			),
		];
		const reader = ipAddressParts();
		let cuts = 0;
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }),
				fc.nat(),
				(parts, at) => {
					const text = parts.join("");
					const end = reader.whole(text.slice(0, at % (text.length + 1)));
					const { ast, diagnostics } = parseIpAddress(text);
					const head = reader.read(text.slice(0, end));
					const tail = reader.read(text.slice(end));
					if (end > 0) cuts++;
					expect(head.ast).toEqual(ast.statements.slice(0, head.ast.length));
					expect(head.ast.length + tail.ast.length).toBe(ast.statements.length);
					expect(head.diagnostics.length + tail.diagnostics.length).toBe(diagnostics.length);
				},
			),
			{ numRuns: 300 },
		);
		expect(cuts).toBeGreaterThan(100);
	});

	it("ten thousand interfaces are read in parts, with the statements of the whole", async () => {
		const chunk = (first + second).repeat(50);
		const chunks = Array.from({ length: 100 }, () => chunk);
		const { statements, diagnostics, longest } = await collect(chunks);
		const text = chunks.join("");
		expect(statements).toHaveLength(10_000);
		expect(statements).toEqual(parseIpAddress(text).ast.statements);
		expect(diagnostics).toEqual([]);
		expect(longest).toBeLessThan(text.length / 20);
	});
});
