import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import {
	networkHolds,
	networkOf,
	normalIp,
	portNumber,
	printAddress,
	printPort,
	readIp,
	readMac,
	readPort,
	readPrefix,
} from "../src/index.ts";
import { ipv4Text, ipv6Text } from "../src/testing.ts";

describe("addresses", () => {
	it.each([
		["10.0.0.1", 4, "10.0.0.1"],
		["0.0.0.0", 4, "0.0.0.0"],
		["255.255.255.255", 4, "255.255.255.255"],
		["::", 6, "::"],
		["::1", 6, "::1"],
		["FE80::1", 6, "fe80::1"],
		["2001:0db8:0:0:0:0:0:1", 6, "2001:db8::1"],
		["2001:db8:0:0:1:0:0:1", 6, "2001:db8::1:0:0:1"],
		["2001:db8:0:1:1:1:1:1", 6, "2001:db8:0:1:1:1:1:1"],
		["::ffff:10.0.0.1", 6, "::ffff:10.0.0.1"],
		["::ffff:a00:1", 6, "::ffff:10.0.0.1"],
		["::12.165.0.20", 6, "::ca5:14"],
	])("%s", (text, family, value) => {
		expect(normalIp(text)).toEqual({ family, value });
		const node = readIp(text, 3);
		expect(node).toMatchObject({ start: 3, end: 3 + text.length });
		expect("text" in node!).toBe(text !== value);
		expect(printAddress(node!)).toBe(text);
	});

	// ipaddr.js reads most of these: 10.1 as 10.0.0.1, 0x7f.1, 010.0.0.1 as octal, a zone id.
	it.each([
		"",
		"10",
		"10.1",
		"10.0.0",
		"10.0.0.1.",
		"10.0.0.1.2",
		".10.0.0.1",
		"010.0.0.1",
		"10.0.0.256",
		"0x7f.0.0.1",
		"10.0.0.1 ",
		"10.0.0.1\n",
		"1e1.0.0.1",
		":",
		":::",
		"fe80::1%eth0",
		"2001:db8::1::2",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"12345::",
		"g::1",
		"[::1]",
		"localhost",
		"02:42:0a:ff:00:02",
	])("%j is none", (text) => {
		expect(normalIp(text)).toBeUndefined();
		expect(readIp(text, 0)).toBeUndefined();
	});

	it("normal forms stay as they are", () => {
		fc.assert(
			fc.property(fc.oneof(ipv4Text(), ipv6Text()), (text) => {
				expect(normalIp(text)?.value).toBe(text);
				expect(readIp(text, 0)).not.toHaveProperty("text");
			}),
		);
	});

	it("IPv6 texts mean what ipaddr.js says they mean", () => {
		const piece = fc.constantFrom(
			":",
			":",
			"::",
			".",
			"0",
			"0",
			"1",
			"ab",
			"FFFF",
			"ffff",
			"00000",
			"g",
			"10.0.0.1",
		);
		const groups = fc.array(fc.constantFrom<string>("0", "0", "1", "00ab", "FFFF"), {
			minLength: 6,
			maxLength: 9,
		});
		const texts = fc.oneof(
			fc.array(piece, { maxLength: 16 }).map((pieces) => `:${pieces.join("")}`),
			groups.map((each) => each.join(":")),
			fc.tuple(groups, fc.nat(9)).map(([each, at]) => each.toSpliced(at, 2, "").join(":")),
		);
		fc.assert(
			fc.property(texts, (text) => {
				// It takes `::10.0.0.1` for `::ffff:10.0.0.1`, and zeros before the numbers of a dotted quad.
				const plain = text.replace(/^::(?=[\d.]+$)/, "0::");
				const isOctal = text.includes(".") && /(?:^|[:.])0\d+(?=\.|$)/.test(text);
				const other = ipaddr.IPv6.isValid(plain) && !isOctal ? ipaddr.IPv6.parse(plain) : undefined;
				const value = other?.isIPv4MappedAddress()
					? `::ffff:${other.toIPv4Address()}`
					: other?.toRFC5952String();
				expect(normalIp(text)?.value).toBe(value);
			}),
			{ numRuns: 5000 },
		);
	});

	it.each([
		["10.0.0.1/24", "10.0.0.1", 24, false],
		["0.0.0.0/0", "0.0.0.0", 0, false],
		["2001:DB8::/32", "2001:db8::", 32, true],
		["10.0.0.1/08", "10.0.0.1", 8, true],
		["::/128", "::", 128, false],
	])("prefix %s", (text, address, length, changed) => {
		const node = readPrefix(text, 0);
		expect(node).toMatchObject({ address, length });
		expect("text" in node!).toBe(changed);
		expect(printAddress(node!)).toBe(text);
	});

	it.each(["10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "::/129", "10.0.0.1/-1", "10.0.0.1/24/8", "10/8", "/8"])(
		"%j is no prefix",
		(text) => {
			expect(readPrefix(text, 0)).toBeUndefined();
		},
	);

	it("MACs", () => {
		expect(readMac("02:42:0A:ff:00:02", 1)).toEqual({
			type: "mac",
			value: "02:42:0a:ff:00:02",
			text: "02:42:0A:ff:00:02",
			start: 1,
			end: 18,
		});
		for (const text of [
			"",
			"02:42:0a:ff:00",
			"02:42:0a:ff:00:02:03",
			"2:42:0a:ff:00:02",
			"02-42-0a-ff-00-02",
		]) {
			expect(readMac(text, 0)).toBeUndefined();
		}
	});
});

describe("networks", () => {
	it.each([
		["10.255.0.2", 16, "10.255.0.0/16"],
		["10.255.0.2", 32, "10.255.0.2/32"],
		["10.255.0.2", 0, "0.0.0.0/0"],
		["192.168.1.130", 25, "192.168.1.128/25"],
		["172.18.0.2", 9, "172.0.0.0/9"],
		["2001:db8::1", 64, "2001:db8::/64"],
		["2001:db8::ffff", 127, "2001:db8::fffe/127"],
		["::ffff:10.206.72.9", 96, "::ffff:0.0.0.0/96"],
		["::1", 0, "::/0"],
	])("%s/%i lies in %s", (address, length, network) => {
		expect(networkOf(address, length)).toBe(network);
		expect(networkHolds(network, address)).toBe(true);
	});

	it.each([
		["10.0.0.0/24", "10.0.1.0"],
		["10.0.0.0/24", "::ffff:10.0.0.1"],
		["2001:db8::/64", "2001:db8:0:1::"],
		["0.0.0.0/0", "::1"],
		["10.0.0.0", "10.0.0.0"],
		["10.0.0.0/", "10.0.0.1"],
		["10.0.0.0/x", "10.0.0.1"],
		["10.0.0.0/33", "10.0.0.1"],
		["nonsense/8", "10.0.0.1"],
		["10.0.0.0/8", "nonsense"],
		["", ""],
	])("%j does not hold %j", (network, address) => {
		expect(networkHolds(network, address)).toBe(false);
	});

	it("a network holds its members, and each bit of the prefix counts", () => {
		fc.assert(
			fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, length) => {
				const network = networkOf(address, length);
				expect(networkHolds(network, address)).toBe(true);
				const bytes = address.split(".").map(Number);
				const last = length - 1;
				bytes[last >> 3]! ^= 0x80 >> (last & 7);
				expect(networkHolds(network, bytes.join("."))).toBe(false);
			}),
		);
	});
});

describe("ports", () => {
	it("the two names of 8080, one for each other number, and none for what is not certain", () => {
		expect(["webcache", "http-alt", "domain", "http", "https", "ssh"].map(portNumber)).toEqual([
			8080, 8080, 53, 80, 443, 22,
		]);
		for (const name of ["", "80", "no-such", "constructor", "toString", "__proto__", "webcache "]) {
			expect(portNumber(name)).toBeUndefined();
		}
	});

	it.each([
		["0", { number: 0 }],
		["65535", { number: 65535 }],
		["65536", { name: "65536" }],
		["080", { name: "080" }],
		["http", { name: "http", number: 80 }],
		["no-such", { name: "no-such" }],
	])("%s", (text, fields) => {
		const port = readPort(text, 2);
		expect(port).toEqual({ type: "port", ...fields, start: 2, end: 2 + text.length });
		expect(printPort(port)).toBe(text);
	});
});
