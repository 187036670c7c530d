import type { TunnelOptions } from "../ast.ts";

const CHECKSUM: Record<NonNullable<TunnelOptions["checksum"]>, string> = {
	none: "-c",
	checksum: "+c",
	"remote-checksum": "r+c",
};

/** `ipip`, `gue:31312:-c`, `gre:+c` */
const INFO = /^(\w+)(?::(0|[1-9]\d{0,4}))?(?::(-c|\+c|r\+c))?$/;

/** Reads the column TunnelInfo; undefined for a text that it does not hold. */
export function readTunnelInfo(text: string): TunnelOptions | "n/a" | undefined {
	if (text === "n/a") return text;
	const [, type, port, sign] = INFO.exec(text) ?? [];
	if (type === undefined) return undefined;
	const checksum = (Object.keys(CHECKSUM) as (keyof typeof CHECKSUM)[]).find((key) => CHECKSUM[key] === sign);
	return { type, ...(port !== undefined && { port: Number(port) }), ...(checksum && { checksum }) };
}

/** The column TunnelInfo as it was printed. */
export function printTunnelInfo(info: TunnelOptions | "n/a"): string {
	if (info === "n/a") return info;
	const words = [info.type];
	if (info.port !== undefined) words.push(String(info.port));
	if (info.checksum) words.push(CHECKSUM[info.checksum]);
	return words.join(":");
}
