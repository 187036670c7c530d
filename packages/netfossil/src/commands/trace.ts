import type { Capture } from "@netfossil/capture";
import {
	compile,
	type End,
	endOf,
	type Failed,
	type FlowAnswer,
	type FlowQuestion,
	type Followed,
	fitting,
	follow,
	type Kernel,
	Links,
	leadsTo,
	type Premises,
	questionNamed,
	readPremises,
	type TracePaint,
	type TraceTextOptions,
	traceText,
} from "@netfossil/trace";
import pc from "picocolors";
import { captureOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus, unreadable, usage } from "../exit.ts";
import { pathsOf, readDumps, readText } from "../input.ts";
import type { Io, Output } from "../io.ts";
import { writeJson, writeJsonList } from "../json.ts";
import { nearest, suggest } from "../nearest.ts";
import { rebuild } from "../rebuild.ts";

const from: OptionSpec = {
	name: "from",
	value: "PLACE",
	help: "who sends: HOST, HOST/NETNS, a container or service, an address, or internet",
};
const to: OptionSpec = {
	name: "to",
	value: "ADDR[:PORT]",
	help: "whom: an address, or the name of a host, container, service or network",
};
const protocol: OptionSpec = {
	name: "proto",
	value: "PROTO",
	choices: ["tcp", "udp", "icmp"],
	help: "what is sent; without a port icmp",
};
const source: OptionSpec = {
	name: "src",
	value: "ADDR[:PORT]",
	help: "the address, and port, that the sender binds",
};
const assume: OptionSpec = {
	name: "assume",
	value: "WHAT",
	many: true,
	help: "open: established, listening, not-listening, no-rules, backend=ADDR[:PORT]",
};
const flows: OptionSpec = {
	name: "flows",
	value: "FILE",
	help: "answer a list of questions: [{id, from: {host, netns}, proto, dst, dport, src?, sport?}]",
};
const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["text", "json"],
	help: "for reading or for programs",
};
const summary: OptionSpec = { name: "summary", help: "only the verdict and the interfaces" };
const detailed: OptionSpec = { name: "detailed", help: "also neighbours and tables of bridges" };
const explain: OptionSpec = { name: "explain-drop", help: "say what would have to change" };

export const trace: Command = {
	name: "trace",
	operands: "CAPTURE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "tell where a packet goes, and why it does not arrive",
	description: `Walks a packet through the network as the kernels would have done: routing, every hook of iptables, NAT,
bridges, VXLAN, IPVS, and the answer back. Each step names the line that decides it, with what the rule had
counted and what tcpdump captured there. --assume settles what the dumps leave open. The exit status is 0 for a
packet that is delivered, 1 for one that is lost, or whose answer is (tcp, icmp), 4 where the dumps do not decide;
what they lack is named with the command that would tell. With --flows it is 0 when the list was answered.`,
	options: [
		from,
		to,
		protocol,
		source,
		assume,
		flows,
		format,
		summary,
		detailed,
		explain,
		outputOption,
		...captureOptions,
	],
	examples: [
		{
			line: "netfossil trace network --from swarm-wrk/task-api.1 --to 10.0.1.3:80",
			what: "a TCP connection from a container",
		},
		{
			line: "netfossil trace network --from internet --to 10.56.217.24:22 --summary",
			what: "from a machine that no dump is of",
		},
		{
			line: "netfossil trace network --flows questions.json --format json",
			what: "many questions at once",
		},
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const list = args.options.get(flows.name);
	const [place, address] = [args.options.get(from.name), args.options.get(to.name)];
	if (list === undefined && (place === undefined || address === undefined))
		throw usage(
			"trace needs --from and --to, or --flows",
			"netfossil trace CAPTURE --from HOST[/NETNS] --to ADDR[:PORT]",
		);
	if (args.options.has(summary.name) && args.options.has(detailed.name))
		throw usage("--summary and --detailed exclude each other");
	if (list !== undefined && (place !== undefined || address !== undefined))
		throw usage("--flows goes without --from and --to");
	const asked = list === undefined ? undefined : readFlows(list, await readText(list, io));
	const words = args.lists.get(assume.name) ?? [];
	const capture = await readDumps(pathsOf(trace, args, io), io, openOptionsOf(args));
	const network = networkOf(capture, io);

	const premises = readPremises(words);
	if (asked !== undefined) {
		if (typeof premises === "string") throw usage(premises, `valid are: ${WORDS}`);
		if (choice(args, format) === "json") await writeJsonList(answers(network, asked, premises), io.stdout);
		else
			for (const [at, flow] of asked.entries()) {
				const followed = follow(network.kernel, network.links, flow, premises);
				io.stdout.write(
					`${at === 0 ? "" : "\n"}${traceText(followed.question, followed, { ...textOptions(args, io), listed: true })}`,
				);
			}
		return Exit.fine;
	}

	const flow = questionOf(args, network, place!, address!);
	if (typeof premises === "string") throw unfitting(premises, network, flow);
	const followed = follow(network.kernel, network.links, flow, premises);
	const { backend } = premises;
	const { branches } = followed;
	if (backend !== undefined && branches.length > 0 && !branches.some((each) => leadsTo(each, backend)))
		throw unfitting(`no way leads to ${words.find((word) => word.startsWith("backend="))}`, network, flow);
	if (choice(args, format) === "json") writeJson(followed.answer, io.stdout);
	else io.stdout.write(traceText(followed.question, followed, textOptions(args, io)));
	return statusOf(followed);
}

/** One after the other, for many are long. */
function* answers(
	{ kernel, links }: Network,
	flows: readonly FlowQuestion[],
	premises: Premises,
): Generator<FlowAnswer> {
	for (const flow of flows) yield follow(kernel, links, flow, premises).answer;
}

const WORDS = "established, listening, not-listening, no-rules, backend=ADDR[:PORT]";

/** What cannot be assumed of a flow, with what can. */
function unfitting(message: string, { kernel, links }: Network, flow: FlowQuestion): Error {
	return usage(message, `this flow takes: ${fitting(follow(kernel, links, flow).branches).join(", ")}`);
}

interface Network {
	readonly kernel: Kernel;
	readonly links: Links;
}

function networkOf(capture: Capture, io: Io): Network {
	const { parsed, topology } = rebuild(capture, io);
	const kernel = compile(parsed, topology, capture.passedOver);
	return { kernel, links: new Links(kernel) };
}

/** Without its SYN-ACK no connection comes about, and without the reply no ping: then the packet alone is not enough. */
function statusOf({ question, answer: { outcome }, branches }: Followed): ExitStatus {
	if (outcome !== "delivered") return outcome === "unknown" ? Exit.undecided : Exit.findings;
	const back = branches[0]?.answer?.fate.type;
	if (question.proto === "udp" || back === undefined || back === "delivered") return Exit.fine;
	return back === "unknown" ? Exit.undecided : Exit.findings;
}

function readFlows(path: string, text: string): FlowQuestion[] {
	let list: unknown;
	try {
		list = JSON.parse(text);
	} catch (error) {
		throw unreadable(`${path} is no JSON: ${(error as Error).message}`);
	}
	if (!Array.isArray(list))
		throw unreadable(
			`${path} holds no list`,
			'[{ "id": 1, "from": { "host": "node1" }, "proto": "tcp", "dst": "10.0.0.9", "dport": 443 }]',
		);
	for (const [at, flow] of list.entries()) {
		const host = (flow as Partial<FlowQuestion> | null)?.from?.host;
		if (typeof host !== "string") throw unreadable(`${path}: question ${at + 1} has no from.host`);
	}
	return list as FlowQuestion[];
}

/** Names that mean nothing, or more than one thing. */
function wrong({ message, hint, unknown }: Failed, prefix = ""): Error {
	return usage(`${prefix}${message}`, hint ?? (unknown && hintOf(unknown.name, unknown.known)));
}

/** The most names that a message lists. */
const MOST_NAMES = 20;

function hintOf(word: string, known: readonly string[]): string {
	if (known.length === 0) return "the capture names nobody";
	const near = nearest(word, known);
	if (near.length > 0) return suggest(word, known);
	const more = known.length - MOST_NAMES;
	return `it has: ${known.slice(0, MOST_NAMES).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** Addresses and ports of the options; `open` is left to the walk, which says what is missing. */
function questionOf(args: Arguments, { kernel }: Network, place: string, address: string): FlowQuestion {
	const target = endNamed(address, to);
	const bound = args.options.get(source.name);
	const sender = bound === undefined ? undefined : endNamed(bound, source);
	const proto = (args.options.get(protocol.name) ??
		(target.port === undefined ? "icmp" : "tcp")) as FlowQuestion["proto"];
	if (target.port === 0) throw usage("--to: 0 is no port that a packet is sent to");
	if (proto !== "icmp" && target.port === undefined)
		throw usage(`--proto ${proto} needs a port`, `--to ${address}:PORT`);
	const question: FlowQuestion = {
		id: 1,
		from: { host: place },
		proto,
		dst: target.name,
		dport: proto === "icmp" ? null : (target.port ?? null),
		...(sender && { src: sender.name }),
		...(sender?.port !== undefined && { sport: sender.port }),
	};
	const named = questionNamed(kernel, question);
	if (named.type === "failed") throw wrong(named);
	return question;
}

function endNamed(text: string, option: OptionSpec): End {
	const named = endOf(text);
	if (named.type === "found") return named.value;
	throw wrong(named, `--${option.name}: `);
}

function textOptions(args: Arguments, io: Io): TraceTextOptions {
	const detail = args.options.has(summary.name)
		? "summary"
		: args.options.has(detailed.name)
			? "detailed"
			: "normal";
	const { columns } = io.stdout;
	return {
		detail,
		explain: args.options.has(explain.name),
		paint: paint(io.stdout),
		...(columns !== undefined && { width: columns }),
	};
}

function paint(output: Output): TracePaint {
	const { bold, dim, green, red, yellow } = pc.createColors(output.color);
	return { heading: bold, evidence: dim, good: green, bad: red, open: yellow };
}
