import {
	type IpAddress,
	type MacAddress,
	type Num,
	type Port,
	readIp,
	readMac,
	readPort,
	type Span,
	type Word,
} from "@netfossil/core";
import { readNumber, type TokenType } from "@netfossil/core/grammar";
import type { HostName, Station } from "../ast.ts";
import type { Place } from "../tokens.ts";

/** The fields of a token, taken out by its expression. */
export class Fields {
	/** The type of the token; undefined for a match of another expression. */
	readonly token: TokenType | undefined;
	readonly #match: RegExpExecArray;
	readonly #base: number;
	readonly #place: Place | undefined;

	/** `base`: where the text that was matched starts in the whole text. */
	constructor(match: RegExpExecArray, base: number, token?: TokenType, place?: Place) {
		this.token = token;
		this.#match = match;
		this.#base = base;
		this.#place = place;
	}

	/** The whole text that was matched. */
	get image(): string {
		return this.#match[0];
	}

	/** Where the whole of it stands. */
	get whole(): Span {
		const start = this.#base + this.#match.index;
		return { start, end: start + this.#match[0].length };
	}

	text(group: number): string | undefined {
		return this.#match[group];
	}

	span(group: number): { start: number; end: number } {
		const match = this.#match;
		if (this.#place !== undefined) {
			const { lead, gap } = this.#place;
			const start = this.#base + match.index + lead + (group === 1 ? 0 : match[1]!.length + gap);
			return { start, end: start + match[group]!.length };
		}
		const [start, end] = match.indices![group]!;
		return { start: this.#base + start, end: this.#base + end };
	}

	word(group: number): Word {
		const { start, end } = this.span(group);
		return { value: this.#match[group]!, start, end };
	}

	num(group: number): Num {
		const { start, end } = this.span(group);
		return readNumber(this.#match[group]!, start, end);
	}

	/** A number of hexadecimal digits without `0x`. */
	hex(group: number): Num {
		const text = this.#match[group]!;
		const value = Number.parseInt(text, 16);
		return String(value) === text ? { value, ...this.span(group) } : { value, text, ...this.span(group) };
	}

	has(group: number): boolean {
		return this.#match[group] !== undefined;
	}

	host(group: number): IpAddress | HostName {
		const { start } = this.span(group);
		return readHost(this.#match[group]!, start);
	}

	port(group: number): Port {
		return readPort(this.#match[group]!, this.span(group).start);
	}

	/** A station: the address, and in the next group who made it. */
	station(group: number): Station {
		const text = this.#match[group]!;
		const span = this.span(group);
		const mac: MacAddress =
			text === "Broadcast"
				? { type: "mac", value: "ff:ff:ff:ff:ff:ff", text, ...span }
				: readMac(text, span.start)!;
		const oui = this.#match[group + 1];
		if (oui === undefined) return { mac, ...span };
		return { mac, oui, start: span.start, end: this.span(group + 1).end };
	}
}

export function readHost(text: string, start: number): IpAddress | HostName {
	return readIp(text, start) ?? { type: "name", value: text, start, end: start + text.length };
}
