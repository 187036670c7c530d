import type { IpAddress, IpPrefix, Num, Span, Word } from "@netfossil/core";

/** What a route leads to, or a rule looks for. */
export type Destination = IpPrefix | Host | DefaultDestination | AllDestinations;

/** `default`: any address of the route's family, which the line does not say. */
export interface DefaultDestination extends Span {
	readonly type: "default";
}

/** `all`: any address (rules) */
export interface AllDestinations extends Span {
	readonly type: "all";
}

/** An address, or the name that `-r` puts in its place. */
export type Host = IpAddress | HostName;

export interface HostName extends Word {
	readonly type: "name";
}

/** `597sec`: the number. */
export interface Seconds extends Num {}

/** `3/4`, `4` */
export interface Realms extends Span {
	readonly from?: Word;
	readonly to: Word;
}

/** `0x16ca`, `0x25/0xff` */
export interface Masked extends Span {
	readonly value: Num;
	readonly mask?: Num;
}

/** `16547`, `53-99` */
export interface NumberRange extends Span {
	readonly from: Num;
	readonly to?: Num;
}
