import type { Span } from "@netfossil/core";
import type { Extension, ListVariant } from "../extension.ts";
import {
	type Codec,
	keyword,
	type Name,
	type NumberValue,
	name,
	number,
	readNumber,
	type Toggle,
	toggle,
} from "../values.ts";

/**
 * The rate of an estimator (target RATEEST) against a number or another estimator (libxt_rateest):
 *
 * ```
 * --rateest RE1 --rateest-gt --rateest-bps 5000bit                 rateest match RE1 bps 625 gt
 * --rateest1 RE1 --rateest-lt --rateest-bps --rateest2 RE2         rateest match RE1 bps lt RE2 bps
 * ```
 */
export interface RateestMatch extends Span {
	readonly type: "rateest";
	/** Not the rates are compared, but what is left of a number without them. */
	readonly delta?: Toggle;
	/** The estimator that is compared with numbers. */
	readonly estimator?: Name;
	/** The two estimators that are compared. */
	readonly firstEstimator?: Name;
	readonly secondEstimator?: Name;
	/** How bytes a second are compared: `lt`, `gt` or `eq`. */
	readonly bytesComparison?: Name;
	/** How packets a second are compared; where both are, the tool knows only one comparison and prints it twice. */
	readonly packetsComparison?: Name;
	/** Two estimators are compared by bytes, by packets. */
	readonly bytes?: Toggle;
	readonly packets?: Toggle;
	/** Bytes a second that an estimator is compared with. The save form and lists without `-n` round: `2097Kbit`. */
	readonly againstBytes?: NumberValue;
	readonly againstPackets?: NumberValue;
	/** Of a delta: what the estimator is taken from, and what is compared with or the second is taken from. */
	readonly firstBytes?: NumberValue;
	readonly secondBytes?: NumberValue;
	readonly firstPackets?: NumberValue;
	readonly secondPackets?: NumberValue;
}

const UNITS = ["", "K", "M", "G", "T"];

/** `5000bit`, `3000Kbit`, and in bytes `625` */
const byteRate: Codec<NumberValue> = {
	kind: "number",
	read: (printed, start) => {
		const bits = /^(\d+)([KMGT]?)bit$/.exec(printed);
		if (bits === null) return readNumber(printed, start);
		const value = (Number(bits[1]) * 1000 ** UNITS.indexOf(bits[2]!)) / 8;
		return { value, text: printed, start, end: start + printed.length };
	},
	print: number.print,
};

const COMPARISONS = ["lt", "gt", "eq"] as const;
const listedComparison: Codec<Name> = { ...name, pattern: /lt|gt|eq/y };
/** The one comparison that a list prints of two estimators, for bytes and packets. */
const sameComparison = {
	pattern: /(?:! +)?(?:lt|gt|eq)/y,
	read: (printed: string, start: number) => {
		const word = printed.slice(-2);
		const end = start + printed.length;
		const negated = printed.startsWith("!") && { negated: true as const };
		const node = { value: word, ...negated, start: end - word.length, end };
		return { bytesComparison: node, packetsComparison: node };
	},
	print: ({ bytesComparison: one, packetsComparison: two }: Partial<RateestMatch>) =>
		one && two && `${one.negated ? "! " : ""}${one.value}`,
};

const bytes = "{!bytesComparison}{bytesComparison}";
const packets = "{!packetsComparison}{packetsComparison}";
const variants: readonly ListVariant<RateestMatch>[] = [
	...[
		" delta{?delta} bps {firstBytes} pps {firstPackets} {=same} {secondEstimator} bps {secondBytes} pps {secondPackets}",
		` delta{?delta} bps {firstBytes} ${bytes} {secondEstimator} bps {secondBytes}`,
		` delta{?delta} pps {firstPackets} ${packets} {secondEstimator} pps {secondPackets}`,
		" bps{?bytes} pps{?packets} {=same} {secondEstimator} bps pps",
		` bps{?bytes} ${bytes} {secondEstimator} bps`,
		` pps{?packets} ${packets} {secondEstimator} pps`,
	].map((rest) => ({ format: ` rateest match {firstEstimator}${rest}` })),
	...[
		` delta{?delta} bps {firstBytes} {secondBytes} ${bytes} pps {firstPackets} ${packets} {secondPackets}`,
		` delta{?delta} bps {firstBytes} {secondBytes} ${bytes}`,
		` delta{?delta} pps {firstPackets} ${packets} {secondPackets}`,
		` bps {againstBytes} ${bytes} pps ${packets} {againstPackets}`,
		` bps {againstBytes} ${bytes}`,
		` pps ${packets} {againstPackets}`,
	].map((rest) => ({ format: ` rateest match {estimator}${rest}` })),
];

const comparisons = <Key extends "bytesComparison" | "packetsComparison">(key: Key) =>
	COMPARISONS.map((word) => ({ flag: `--rateest-${word}`, key, value: keyword(word) }));

export const rateestMatch: Extension<RateestMatch> = {
	type: "rateest",
	save: [
		{ flag: "--rateest-delta", key: "delta", value: toggle },
		{ flag: "--rateest1", key: "firstEstimator", value: name },
		{ flag: "--rateest", key: "estimator", value: name },
		{ flag: "--rateest-bps1", key: "firstBytes", value: byteRate },
		...comparisons("bytesComparison"),
		{ flag: "--rateest-bps", key: "bytes", value: toggle },
		{ flag: "--rateest-bps", key: "againstBytes", value: byteRate },
		{ flag: "--rateest-bps2", key: "secondBytes", value: byteRate },
		{ flag: "--rateest-pps1", key: "firstPackets", value: number },
		...comparisons("packetsComparison"),
		{ flag: "--rateest-pps", key: "packets", value: toggle },
		{ flag: "--rateest-pps", key: "againstPackets", value: number },
		{ flag: "--rateest-pps2", key: "secondPackets", value: number },
		{ flag: "--rateest2", key: "secondEstimator", value: name },
	],
	// The comparison stands before what it compares, so that only the end tells whether that is packets.
	settle: (node) => {
		const { bytesComparison, ...rest } = node;
		const hasBytes = node.bytes ?? node.againstBytes ?? node.firstBytes ?? node.secondBytes;
		if (bytesComparison === undefined || hasBytes !== undefined || node.packetsComparison !== undefined)
			return node;
		return { ...rest, packetsComparison: bytesComparison };
	},
	list: variants,
	listValues: { bytesComparison: listedComparison, packetsComparison: listedComparison },
	computed: { same: sameComparison },
};
