import { normalIp } from "@netfossil/core";
import type { Address } from "../ast.ts";
import type { Network } from "../values.ts";

/** An address as a number. */
export interface AddressBits {
	readonly family: 4 | 6;
	readonly value: bigint;
}

/** Addresses that are alike in the bits of a mask. */
export interface AddressBlock extends AddressBits {
	readonly mask: bigint;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** Undefined when the text is no address. */
export function addressBits(text: string): AddressBits | undefined {
	const ip = normalIp(text);
	if (ip === undefined) return undefined;
	return { family: ip.family, value: ip.family === 4 ? v4(ip.value) : v6(ip.value) };
}

function v4(text: string): bigint {
	return BigInt(text.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0));
}

/** From the form of RFC 5952: `2001:db8::1`, `::ffff:10.0.0.1`. */
function v6(text: string): bigint {
	const [head = "", tail] = text.split("::");
	const before = groups(head);
	const after = groups(tail ?? "");
	const gap = tail === undefined ? 0 : 8 - before.length - after.length;
	return [...before, ...new Array<bigint>(gap).fill(0n), ...after].reduce(
		(sum, each) => (sum << 16n) | each,
		0n,
	);
}

function groups(text: string): bigint[] {
	if (text === "") return [];
	return text.split(":").flatMap((group) => {
		if (!group.includes(".")) return [BigInt(`0x${group}`)];
		const quad = v4(group);
		return [quad >> 16n, quad & 0xffffn];
	});
}

/** The mask of a prefix length. */
function prefixMask(family: 4 | 6, length: number): bigint {
	const width = BigInt(WIDTH[family]);
	const kept = BigInt(length);
	return ((1n << kept) - 1n) << (width - kept);
}

function block(address: string, mask: string | number): AddressBlock | undefined {
	const bits = addressBits(address);
	if (bits === undefined) return undefined;
	if (typeof mask === "number") return { ...bits, mask: prefixMask(bits.family, mask) };
	const maskBits = addressBits(mask);
	return maskBits?.family === bits.family ? { ...bits, mask: maskBits.value } : undefined;
}

/** The block that a rule's address or a match's network stands for; undefined for a name. */
export function blockOf(address: Exclude<Address, { type: "any" }> | Network): AddressBlock | undefined {
	switch (address.type) {
		case "ip":
			return block(address.value, WIDTH[address.family]);
		case "prefix":
			return block(address.address, address.length);
		case "masked":
			return block(address.address, address.mask);
		case "name": {
			// A network with a mask that is no prefix is a name to the matches: `10.0.0.0/255.0.255.0`.
			const [base = "", mask = ""] = address.value.split("/");
			return block(base, mask);
		}
	}
}

/** As the kernel compares: alike in the bits of the mask. */
export function inBlock(bits: AddressBits, { family, value, mask }: AddressBlock): boolean {
	return bits.family === family && ((bits.value ^ value) & mask) === 0n;
}
