import type { Persistence, ServiceKey } from "../ast.ts";
import { hex } from "./hex.ts";

/** How clients are grouped, and the family of the service where the mask tells it. */
export interface Mask {
	readonly mask?: string;
	readonly family: 4 | 6;
}

/**
 * Reads the mask of a persistent service. Of IPv6 the kernel keeps the prefix length, and prints it with its
 * bytes turned around: 64 is `40000000`. A mask of IPv4 that looks so is only 128.0.0.0; where the address does
 * not tell the family, such a mask is taken for the 128 that every IPv6 service has by default.
 */
export function readMask(text: string, known: 4 | 6 | undefined): Mask | undefined {
	const length = Number.parseInt(text.slice(0, 2), 16);
	const isLength = text.endsWith("000000") && length > 0 && length <= 128;
	if (known === 6 && !isLength) return undefined;
	if (known !== 4 && isLength) return length === 128 ? { family: 6 } : { family: 6, mask: String(length) };
	if (text === "FFFFFFFF") return { family: 4 };
	const bytes = [0, 2, 4, 6].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
	return { family: 4, mask: bytes.join(".") };
}

/** The mask as the kernel prints it. */
export function printMask({ mask }: Persistence, key: ServiceKey): string {
	const family = key.type === "fwmark" ? key.family : key.address.type === "ip" ? key.address.family : 4;
	if (family === 6) return `${hex(mask === undefined ? 128 : Number(mask), 2)}000000`;
	if (mask === undefined) return "FFFFFFFF";
	return mask
		.split(".")
		.map((byte) => hex(Number(byte), 2))
		.join("");
}
