/** What the decode of the bytes says of applications, and the claims of their nodes that it can check. */
import type { Application, Dhcp, Dns, Http, Ntp, Sctp, TcpOption } from "../src/index.ts";

export interface ApplicationTruth {
	readonly dns?: {
		readonly trunc?: boolean;
		readonly id: number;
		readonly opcode: number;
		readonly qr: number;
		readonly aa: boolean;
		readonly tc: boolean;
		readonly rd: boolean;
		readonly ra: boolean;
		readonly ad: boolean;
		readonly cd: boolean;
		readonly rcode: number;
		readonly length: number;
		readonly counts?: readonly number[];
		readonly questions?: readonly (readonly [string, string, number])[];
		readonly answers?: readonly (readonly [string, string, number, string])[];
	};
	readonly dhcp?: {
		readonly length: number;
		readonly op: number;
		readonly xid: number;
		readonly secs: number;
		readonly flags: number;
		readonly ciaddr: string;
		readonly yiaddr: string;
		readonly siaddr: string;
		readonly giaddr: string;
		readonly chaddr: string;
		/** Their number, and their bytes in hexadecimal digits. */
		readonly options: readonly (readonly [number, string])[];
		readonly msg: string;
	};
	readonly ntp?: {
		readonly version: number;
		readonly mode: number;
		readonly length: number;
		readonly li: number;
		readonly stratum: number;
	};
	readonly sctp?: { readonly chunks: readonly (readonly [number, ...unknown[]] | number)[] };
	readonly tcp?: { readonly length: number };
}

type Check = (what: string, said: unknown, fact: unknown) => void;

/** What an application over UDP or TCP says. */
export function application(said: Application, truth: ApplicationTruth, claim: Check): void {
	switch (said.type) {
		case "dns":
			dns(said, truth.dns, claim);
			break;
		case "dhcp":
			dhcp(said, truth.dhcp, claim);
			break;
		case "ntp":
			ntp(said, truth.ntp, claim);
			break;
		case "http":
			http(said, truth.tcp, claim);
			break;
	}
}

const CODES = ["", "FormErr", "ServFail", "NXDomain", "NotImp", "Refused"];
const OPERATIONS = [undefined, "inv_q", "stat", undefined, "notify", "update"];

function dns(said: Dns, fact: ApplicationTruth["dns"], claim: Check): void {
	claim("dns cut", said.truncated !== undefined, fact?.trunc === true);
	if (fact === undefined || said.id === undefined) return;
	const has = (sign: string): boolean => said.flags.includes(sign);
	claim("dns id", said.id.value, fact.id);
	claim("dns operation", said.operation, OPERATIONS[fact.opcode]);
	if (said.length) claim("dns length", said.length.value, fact.length);
	// Of a cut message it may not be known whether it answers.
	if (fact.trunc !== true) claim("dns answer", said.counts !== undefined, fact.qr === 1);
	if (said.counts) {
		const { answers, authority, additional } = said.counts;
		claim("dns counts", [answers.value, authority.value, additional.value], fact.counts?.slice(1));
		claim("dns flags", [has("*"), has("-"), has("|"), has("$")], [fact.aa, !fact.ra, fact.tc, fact.ad]);
		claim("dns code", said.code?.value ?? "", CODES[fact.rcode]);
	} else {
		claim("dns flags", [has("+"), has("%")], [fact.rd, fact.cd]);
		for (const { of, count } of said.sections ?? [])
			claim("dns section", count, fact.counts?.[["q", "a", "n", "au"].indexOf(of)]);
	}
	said.questions?.forEach(({ record, name }, index) => {
		const [asked, type] = fact.questions?.[index] ?? [];
		claim("dns name", name.value, asked);
		claim("dns type", record.value.replace("Type65", "HTTPS"), type);
	});
	said.answers?.forEach(({ record, data, name, ttl }, index) => {
		const [owner, type = "", lives = 0, value] = fact.answers?.[index] ?? [];
		claim("dns record", record, type);
		if (name !== undefined) claim("dns owner", name, owner);
		if (ttl !== undefined) claim("dns ttl", seconds(ttl), lives);
		if (/^(?:A|AAAA|CNAME)$/.test(type)) claim("dns data", data, value);
	});
}

/** `1m30s` */
function seconds(ttl: string): number {
	const units: Record<string, number> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
	return Array.from(ttl.matchAll(/(\d+)([wdhms])/g)).reduce(
		(sum, [, count, unit]) => sum + Number(count) * units[unit!]!,
		0,
	);
}

function dhcp(said: Dhcp, fact: ApplicationTruth["dhcp"], claim: Check): void {
	claim("dhcp operation", said.operation === "request" ? 1 : 2, fact?.op);
	if (said.length) claim("dhcp length", said.length.value, fact?.length);
	if (said.client) claim("dhcp client", said.client.mac.value, fact?.chaddr);
	if (said.transaction === undefined) return;
	claim("dhcp xid", said.transaction.value, fact?.xid);
	claim("dhcp secs", said.seconds?.value ?? 0, fact?.secs);
	claim("dhcp flags", said.flags === "Broadcast", fact?.flags === 0x8000);
	const addresses = [
		["ciaddr", said.clientAddress],
		["yiaddr", said.yourAddress],
		["siaddr", said.serverAddress],
		["giaddr", said.gatewayAddress],
	] as const;
	// What is 0.0.0.0 is not printed; without -n an address may have a name.
	for (const [name, node] of addresses)
		if (node?.address.type !== "name") claim(`dhcp ${name}`, node?.address.value ?? "0.0.0.0", fact?.[name]);
	claim("dhcp station", said.clientStation?.station.mac.value, fact?.chaddr);
	// 4.9 and later do not print the end mark, 3.9 prints it and the padding.
	const options = (said.options ?? []).filter(({ code }) => code.value !== 255 && code.value !== 0);
	claim(
		"dhcp options",
		options.map(({ code, length }) => [code.value, length.value]),
		fact?.options.map(([code, bytes]) => [code, bytes.length / 2]),
	);
	options.forEach(({ code, value, lines }, index) => {
		const bytes = Buffer.from(fact?.options[index]?.[1] ?? "", "hex");
		if (code.value === 53 && value?.type === "other")
			claim("dhcp message", value.value.value.replace("NACK", "NAK"), fact?.msg.replace("NACK", "NAK"));
		else if (value?.type === "string") claim("dhcp string", value.value.value, bytes.toString());
		else if (value?.type === "number")
			claim("dhcp number", value.number.value, bytes.readUIntBE(0, bytes.length));
		else if (value?.type === "addresses" && value.addresses.every(({ type }) => type === "ip"))
			claim(
				"dhcp addresses",
				value.addresses.map((each) => each.value),
				Array.from({ length: bytes.length / 4 }, (_, at) => bytes.subarray(at * 4, at * 4 + 4).join(".")),
			);
		for (const line of lines ?? []) if (line.type === "names") names(line.names, bytes, claim);
	});
}

/** The options that a client asks for; 3.9 printed no numbers. */
function names(said: readonly { readonly code?: number }[], bytes: Buffer, claim: Check): void {
	for (const { code } of said) if (code !== undefined) claim("dhcp asked", bytes.includes(code), true);
}

const MODES = ["", "", "", "Client", "Server"];

function ntp(said: Ntp, fact: ApplicationTruth["ntp"], claim: Check): void {
	const mode = said.mode ?? said.status?.mode;
	claim("ntp version", said.version.value, fact?.version);
	if (mode) claim("ntp mode", mode.value, MODES[fact?.mode ?? 0]);
	claim("ntp length", said.length.value, fact?.length);
	if (said.status?.stratum) claim("ntp stratum", said.status.stratum.value, fact?.stratum);
	if (said.status) claim("ntp leap", said.status.leapBits.value >> 6, fact?.li);
}

/** The lines of a message without a body have as many characters as the segment has bytes. */
function http(said: Http, fact: ApplicationTruth["tcp"], claim: Check): void {
	if (said.length) claim("http length", said.length.value, fact?.length);
	const { length, line, headers = [], blank, body, truncated } = said;
	if (length === undefined || line === undefined || blank === undefined || body || truncated) return;
	const texts = [line, ...headers].map((each) => {
		if (each.type === "line") return each.text;
		if (each.type === "header")
			return `${each.name.value}:${each.value === undefined ? "" : ` ${each.value.value}`}`;
		if (each.type === "request") return `${each.method.value} ${each.target.value} ${each.version.value}`;
		return [each.version.value, each.code.value, each.reason?.value]
			.filter((word) => word !== undefined)
			.join(" ");
	});
	claim(
		"http bytes",
		[...texts, ""].reduce((sum, text) => sum + text.length + "\r\n".length, 0),
		fact?.length,
	);
}

/** SCTP's chunks. */
export function sctp(said: Sctp, truth: ApplicationTruth, claim: Check): void {
	// With -vv they stand on lines of their own.
	if (said.chunks) claim("sctp chunks", said.chunks.length, truth.sctp?.chunks.length);
}

/** An option of TCP as the decode has it; undefined where it cannot be compared. */
export function optionFact(option: TcpOption): readonly unknown[] | undefined {
	switch (option.type) {
		case "nop":
		case "eol":
		case "sackOK":
			return [option.type];
		case "mss":
			return ["mss", option.size.value];
		case "wscale":
			return ["wscale", option.shift.value];
		case "timestamp":
			return ["TS", option.value.value, option.echo.value];
		case "sack":
			return ["sack", ...option.blocks.map(({ left, right }) => [left, right])];
		case "tfo":
			return ["tfo", option.cookie ?? ""];
		case "uto":
			return ["uto", option.value.value.toString(16).padStart(4, "0")];
		case "md5":
			return option.digest === undefined ? undefined : ["md5", option.digest];
		default:
			return undefined;
	}
}
