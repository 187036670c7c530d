import type { Span } from "@netfossil/core";
import type { Computed, Extension } from "../extension.ts";
import {
	type ClassId,
	classId,
	keyword,
	listedOperation,
	type MarkOperation,
	type Masked,
	masked,
	type Name,
	type NameList,
	type NumberValue,
	name,
	nameList,
	number,
	operand,
	renamed,
	type SetReference,
	setReference,
	type Toggle,
	toggle,
	tosOperation,
	tosSymbol,
} from "../values.ts";

/** `-j MARK --set-xmark 0x102/0xffffffff`, listed `MARK set 0x102` (libxt_MARK). */
export interface MarkTarget extends Span {
	readonly type: "MARK";
	readonly operation?: MarkOperation;
}
const operations = [
	{ flag: "--set-xmark", key: "operation", value: operand("xset") },
	{ flag: "--set-mark", key: "operation", value: operand("set") },
	{ flag: "--or-mark", key: "operation", value: operand("or") },
	{ flag: "--and-mark", key: "operation", value: operand("and") },
	{ flag: "--xor-mark", key: "operation", value: operand("xor") },
] as const;
export const markTarget: Extension<MarkTarget> = {
	type: "MARK",
	save: operations,
	list: " MARK {operation}",
	listValues: { operation: listedOperation },
};

/** `-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff`, listed `CONNMARK restore mask 0xff`. */
export interface ConnmarkTarget extends Span {
	readonly type: "CONNMARK";
	readonly operation?: MarkOperation;
	/** `save`: the packet's mark to the connection; `restore`: the other way. */
	readonly command?: Name;
	readonly packetMask?: NumberValue;
	readonly connectionMask?: NumberValue;
	/** Bits that the mark is shifted by. */
	readonly leftShift?: NumberValue;
	readonly rightShift?: NumberValue;
}
/** The command's word, which decides the order of the masks. */
const commandOf = (word: string): Computed<ConnmarkTarget> => ({
	read: (printed, start) =>
		printed === word ? { command: { value: word, start, end: start + word.length } } : undefined,
	print: ({ command }) => (command?.value === word ? word : undefined),
});
export const connmarkTarget: Extension<ConnmarkTarget> = {
	type: "CONNMARK",
	save: [
		...operations,
		{ flag: "--save-mark", key: "command", value: keyword("save") },
		{ flag: "--restore-mark", key: "command", value: keyword("restore") },
		{ flag: "--nfmask", key: "packetMask", value: number },
		{ flag: "--ctmask", key: "connectionMask", value: number },
		{ flag: "--left-shift-mark", key: "leftShift", value: number },
		{ flag: "--right-shift-mark", key: "rightShift", value: number },
	],
	list: [
		" CONNMARK {operation}",
		" CONNMARK {command} mask {=bothMasks}",
		" CONNMARK {=saved} nfmask {packetMask} ctmask ~{connectionMask}",
		" CONNMARK {=restored} ctmask {connectionMask} nfmask ~{packetMask}",
		" CONNMARK {command}",
	].map((head) => ({
		format: `${head}[ left-shift-mark {leftShift}][ right-shift-mark {rightShift}]`,
	})),
	listValues: { operation: listedOperation, command: renamed({ save: "save", restore: "restore" }) },
	computed: {
		saved: commandOf("save"),
		restored: commandOf("restore"),
		bothMasks: {
			read: (printed, start) => {
				const mask = number.read(printed, start);
				return mask && { packetMask: mask, connectionMask: mask };
			},
			print: ({ packetMask, connectionMask }) =>
				packetMask && packetMask.value === connectionMask?.value ? number.print(packetMask) : undefined,
		},
	},
	// A list is silent about masks of all bits.
	defaults: { packetMask: { value: 0xffffffff }, connectionMask: { value: 0xffffffff } },
};

/** `-j CT --zone 5`, `-j CT --notrack`, listed `CT notrack` (libxt_CT). */
export interface CtTarget extends Span {
	readonly type: "CT";
	readonly notrack?: Toggle;
	/** Listed as `NOTRACK`, as the save form prints it: the target's other name. */
	readonly alias?: true;
	readonly helper?: Name;
	readonly timeout?: Name;
	readonly events?: NameList;
	readonly expectedEvents?: NameList;
	readonly zoneOriginal?: Name;
	readonly zoneReply?: Name;
	/** A number, or `mark`. */
	readonly zone?: Name;
}
const CT_FORMAT =
	" CT[ notrack{?notrack}][ helper {helper}][ timeout {timeout}][ ctevents {events}][ expevents {expectedEvents}][ zone-orig {zoneOriginal}][ zone-reply {zoneReply}][ zone {zone}]";
export const ct: Extension<CtTarget> = {
	type: "CT",
	save: [
		{ flag: "--notrack", key: "notrack", value: toggle },
		{ flag: "--helper", key: "helper", value: name },
		{ flag: "--timeout", key: "timeout", value: name },
		{ flag: "--ctevents", key: "events", value: nameList() },
		{ flag: "--expevents", key: "expectedEvents", value: nameList() },
		{ flag: "--zone-orig", key: "zoneOriginal", value: name },
		{ flag: "--zone-reply", key: "zoneReply", value: name },
		{ flag: "--zone", key: "zone", value: name },
	],
	list: [{ format: " NOTRACK{?notrack}", set: { alias: true } }, { format: CT_FORMAT }],
};

/** `-j NOTRACK`, listed `NOTRACK`. */
export interface NotrackTarget extends Span {
	readonly type: "NOTRACK";
}
export const notrack: Extension<NotrackTarget> = {
	type: "NOTRACK",
	save: [],
	list: [{ format: " NOTRACK" }, { format: "" }],
};

/** `-j SET --add-set blocked src --exist --timeout 600`, listed `add-set blocked src exist timeout 600`. */
export interface SetTarget extends Span {
	readonly type: "SET";
	readonly add?: SetReference;
	readonly delete?: SetReference;
	readonly map?: SetReference;
	readonly exist?: Toggle;
	readonly timeout?: NumberValue;
	readonly mapMark?: Toggle;
	readonly mapPriority?: Toggle;
	readonly mapQueue?: Toggle;
}
export const setTarget: Extension<SetTarget> = {
	type: "SET",
	save: [
		{ flag: "--add-set", key: "add", value: setReference },
		{ flag: "--exist", key: "exist", value: toggle },
		{ flag: "--timeout", key: "timeout", value: number },
		{ flag: "--del-set", key: "delete", value: setReference },
		{ flag: "--map-set", key: "map", value: setReference },
		{ flag: "--map-mark", key: "mapMark", value: toggle },
		{ flag: "--map-prio", key: "mapPriority", value: toggle },
		{ flag: "--map-queue", key: "mapQueue", value: toggle },
	],
	list: "[ add-set {add}][ exist{?exist}][ timeout {timeout}][ del-set {delete}][ map-set {map}][ map-mark{?mapMark}][ map-prio{?mapPriority}][ map-queue{?mapQueue}]",
};

/** `-j CLASSIFY --set-class 0001:0010`, listed `CLASSIFY set 1:10` (libxt_CLASSIFY). */
export interface ClassifyTarget extends Span {
	readonly type: "CLASSIFY";
	readonly class?: ClassId;
}
export const classify: Extension<ClassifyTarget> = {
	type: "CLASSIFY",
	save: [{ flag: "--set-class", key: "class", value: classId(4) }],
	list: " CLASSIFY set {class}",
	listValues: { class: classId(0) },
};

/** `-j DSCP --set-dscp 0x2e`, listed `DSCP set 0x2e` (libxt_DSCP). */
export interface DscpTarget extends Span {
	readonly type: "DSCP";
	readonly dscp?: NumberValue;
}
export const dscpTarget: Extension<DscpTarget> = {
	type: "DSCP",
	save: [{ flag: "--set-dscp", key: "dscp", value: number }],
	list: " DSCP set {dscp}",
};

/** `-j TOS --set-tos 0x10/0x3f`, listed `TOS set 0x10/0x3f`; without `-n` `TOS setMinimize-Delay` or `TOS or 0x10`. */
export interface TosTarget extends Span {
	readonly type: "TOS";
	readonly tos?: Masked;
}
export const tosTarget: Extension<TosTarget> = {
	type: "TOS",
	save: [{ flag: "--set-tos", key: "tos", value: masked }],
	list: [{ format: "  TOS set{=symbol}" }, { format: " TOS {tos}" }],
	listValues: { tos: tosOperation },
	computed: { symbol: tosSymbol },
};

/** `-j TTL --ttl-set 64`, listed `TTL set to 64` (libipt_TTL). */
export interface TtlTarget extends Span {
	readonly type: "TTL";
	readonly set?: NumberValue;
	readonly decrement?: NumberValue;
	readonly increment?: NumberValue;
}
export const ttlTarget: Extension<TtlTarget> = {
	type: "TTL",
	save: [
		{ flag: "--ttl-set", key: "set", value: number },
		{ flag: "--ttl-dec", key: "decrement", value: number },
		{ flag: "--ttl-inc", key: "increment", value: number },
	],
	list: " TTL[ set to {set}][ decrement by {decrement}][ increment by {increment}]",
};

/** `-j HL --hl-set 64`, listed `HL set to 64` (libip6t_HL). */
export interface HlTarget extends Span {
	readonly type: "HL";
	readonly set?: NumberValue;
	readonly decrement?: NumberValue;
	readonly increment?: NumberValue;
}
export const hlTarget: Extension<HlTarget> = {
	type: "HL",
	save: [
		{ flag: "--hl-set", key: "set", value: number },
		{ flag: "--hl-dec", key: "decrement", value: number },
		{ flag: "--hl-inc", key: "increment", value: number },
	],
	list: " HL[ set to {set}][ decrement by {decrement}][ increment by {increment}]",
};

/** `-j HMARK --hmark-src-prefix 24 --hmark-mod 45 --hmark-rnd 0x1`, listed `HMARK mod 45 src-prefix 24 rnd 0x1 `. */
export interface HmarkTarget extends Span {
	readonly type: "HMARK";
	/** Lengths of the prefixes that are hashed. */
	readonly sourcePrefix?: NumberValue;
	readonly destinationPrefix?: NumberValue;
	readonly sourcePortMask?: NumberValue;
	readonly destinationPortMask?: NumberValue;
	readonly spiMask?: NumberValue;
	readonly sourcePort?: NumberValue;
	readonly destinationPort?: NumberValue;
	readonly spi?: NumberValue;
	readonly protocolMask?: NumberValue;
	readonly seed?: NumberValue;
	/** The mark is the hash modulo this, plus the offset. */
	readonly modulus?: NumberValue;
	readonly offset?: NumberValue;
	/** `ct`: the addresses are those of the connection. */
	readonly tuple?: Name;
}
export const hmark: Extension<HmarkTarget> = {
	type: "HMARK",
	save: [
		{ flag: "--hmark-src-prefix", key: "sourcePrefix", value: number },
		{ flag: "--hmark-dst-prefix", key: "destinationPrefix", value: number },
		{ flag: "--hmark-sport-mask", key: "sourcePortMask", value: number },
		{ flag: "--hmark-dport-mask", key: "destinationPortMask", value: number },
		{ flag: "--hmark-spi-mask", key: "spiMask", value: number },
		{ flag: "--hmark-sport", key: "sourcePort", value: number },
		{ flag: "--hmark-dport", key: "destinationPort", value: number },
		{ flag: "--hmark-spi", key: "spi", value: number },
		{ flag: "--hmark-proto-mask", key: "protocolMask", value: number },
		{ flag: "--hmark-rnd", key: "seed", value: number },
		{ flag: "--hmark-mod", key: "modulus", value: number },
		{ flag: "--hmark-offset", key: "offset", value: number },
		{ flag: "--hmark-tuple", key: "tuple", value: name },
	],
	// A blank follows each of them.
	list: " HMARK [mod {modulus} ][+ {offset} ][{tuple}, ][src-prefix {sourcePrefix} ][dst-prefix {destinationPrefix} ][spi-mask {spiMask} ][spi {spi} ][sport-mask {sourcePortMask} ][dport-mask {destinationPortMask} ][sport {sourcePort} ][dport {destinationPort} ][proto-mask {protocolMask} ][rnd {seed} ]",
	listValues: { tuple: { ...name, pattern: /ct(?=,)/y } },
};
