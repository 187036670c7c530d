import { printNumber } from "@netfossil/core/grammar";
import type {
	AddressKey,
	Forwarding,
	Removal,
	SaveCommand,
	SavedRealServer,
	ServiceKey,
	TunnelOptions,
	VirtualService,
} from "../ast.ts";
import { printEndpoint } from "../endpoint.ts";

/** An option of ipvsadm: how it is written, to what it may be said, and the value that a statement gives it. */
export interface Option {
	readonly short: string;
	readonly long: string;
	readonly of: "service" | "real-server" | "both";
	/** Undefined: the statement does not say it. Empty: the option takes no value. */
	readonly value: (node: SaveCommand) => string | undefined;
}

const keyOf = (node: SaveCommand): ServiceKey | undefined =>
	node.type === "service" ? node.key : node.service;
const serverOf = (node: SaveCommand): SavedRealServer | undefined =>
	node.type === "real-server" ? node : undefined;
const serviceOf = (node: SaveCommand): VirtualService | undefined =>
	node.type === "service" ? node : undefined;
const said = (fact: boolean | undefined): string | undefined => (fact ? "" : undefined);

const address =
	(protocol: AddressKey["protocol"]): Option["value"] =>
	(node) => {
		const key = keyOf(node);
		return key?.type === "address" && key.protocol === protocol ? printEndpoint(key) : undefined;
	};
const forwarded =
	(...forwardings: Forwarding[]): Option["value"] =>
	(node) =>
		node.type === "real-server" ? said(forwardings.includes(node.forwarding)) : undefined;
const checksum =
	(kind: TunnelOptions["checksum"]): Option["value"] =>
	(node) =>
		said(serverOf(node)?.tunnel?.checksum === kind && kind !== undefined);

function printServer(node: SaveCommand): string | undefined {
	const server = node.type === "removal" ? node.server : serverOf(node);
	if (server === undefined) return undefined;
	const text = printEndpoint(server);
	return server.samePort ? text.slice(0, text.lastIndexOf(":")) : text;
}

const numeric = (number: number | undefined): string | undefined =>
	number === undefined ? undefined : String(number);

/** The options, in the order that `ipvsadm -S` prints them. */
export const OPTIONS: readonly Option[] = [
	{ short: "-t", long: "--tcp-service", of: "both", value: address("tcp") },
	{ short: "-u", long: "--udp-service", of: "both", value: address("udp") },
	{ short: "--sctp-service", long: "--sctp-service", of: "both", value: address("sctp") },
	{
		short: "-f",
		long: "--fwmark-service",
		of: "both",
		value: (node) => {
			const key = keyOf(node);
			return key?.type === "fwmark" ? printNumber(key.mark) : undefined;
		},
	},
	{
		short: "-6",
		long: "--ipv6",
		of: "both",
		value: (node) => {
			const key = keyOf(node);
			return said(key?.type === "fwmark" && key.family === 6);
		},
	},
	{
		short: "-s",
		long: "--scheduler",
		of: "service",
		value: (node) => serviceOf(node)?.scheduler?.value,
	},
	{
		short: "-p",
		long: "--persistent",
		of: "service",
		value: (node) => {
			const persistent = serviceOf(node)?.persistent;
			return persistent?.usual ? "" : numeric(persistent?.timeout);
		},
	},
	{ short: "-M", long: "--netmask", of: "service", value: (node) => serviceOf(node)?.persistent?.mask },
	{ short: "--pe", long: "--pe", of: "service", value: (node) => serviceOf(node)?.engine },
	{ short: "-o", long: "--ops", of: "service", value: (node) => said(serviceOf(node)?.onePacket) },
	{ short: "-b", long: "--sched-flags", of: "service", value: (node) => serviceOf(node)?.flags?.join(",") },
	{ short: "-r", long: "--real-server", of: "real-server", value: printServer },
	{ short: "-m", long: "--masquerading", of: "real-server", value: forwarded("masquerade") },
	// `ipvsadm -S` writes a local real server as a routed one; the kernel finds out again that it is local.
	{ short: "-g", long: "--gatewaying", of: "real-server", value: forwarded("route", "local") },
	{ short: "-i", long: "--ipip", of: "real-server", value: forwarded("tunnel") },
	{ short: "-w", long: "--weight", of: "real-server", value: (node) => numeric(serverOf(node)?.weight) },
	{
		short: "-x",
		long: "--u-threshold",
		of: "real-server",
		value: (node) => numeric(serverOf(node)?.thresholds?.upper),
	},
	{
		short: "-y",
		long: "--l-threshold",
		of: "real-server",
		value: (node) => numeric(serverOf(node)?.thresholds?.lower),
	},
	{
		short: "--tun-type",
		long: "--tun-type",
		of: "real-server",
		value: (node) => serverOf(node)?.tunnel?.type,
	},
	{
		short: "--tun-port",
		long: "--tun-port",
		of: "real-server",
		value: (node) => numeric(serverOf(node)?.tunnel?.port),
	},
	{ short: "--tun-nocsum", long: "--tun-nocsum", of: "real-server", value: checksum("none") },
	{ short: "--tun-csum", long: "--tun-csum", of: "real-server", value: checksum("checksum") },
	{ short: "--tun-remcsum", long: "--tun-remcsum", of: "real-server", value: checksum("remote-checksum") },
];

/** The option that is written so, long ones also with `=`. */
export function optionOf(word: string): Option | undefined {
	const name = word.endsWith("=") ? word.slice(0, -1) : word;
	return OPTIONS.find(({ short, long }) => short === word || long === name);
}

/** What a statement does, by the option that says so. */
export const ACTIONS: readonly {
	readonly short: string;
	readonly long: string;
	readonly type: SaveCommand["type"];
	readonly of: "service" | "real-server" | undefined;
	readonly edit?: true;
}[] = [
	{ short: "-A", long: "--add-service", type: "service", of: "service" },
	{ short: "-E", long: "--edit-service", type: "service", of: "service", edit: true },
	{ short: "-a", long: "--add-server", type: "real-server", of: "real-server" },
	{ short: "-e", long: "--edit-server", type: "real-server", of: "real-server", edit: true },
	{ short: "-D", long: "--delete-service", type: "removal", of: "service" },
	{ short: "-d", long: "--delete-server", type: "removal", of: "real-server" },
	{ short: "-C", long: "--clear", type: "removal", of: undefined },
];

/** {@link ACTIONS} of a statement. */
export function actionOf(node: SaveCommand): (typeof ACTIONS)[number] {
	const of = node.type === "removal" ? removes(node) : node.type;
	const edit = node.type === "removal" ? undefined : node.edit;
	return ACTIONS.find((each) => each.type === node.type && each.of === of && each.edit === edit)!;
}

function removes({ service, server }: Removal): "service" | "real-server" | undefined {
	if (server !== undefined) return "real-server";
	return service && "service";
}
