import type { IpTunnel } from "./kernel.ts";

/** The kinds of devices that put packets into packets of IP. */
const KINDS: ReadonlySet<string> = new Set(["ipip", "sit", "gre", "gretap", "ip6tnl", "ip6gre", "ip6gretap"]);

export const isTunnel = (kind: string): boolean => KINDS.has(kind);

/** `gre remote 10.7.0.2 local 10.7.0.1 ttl 64 ikey 0.0.0.7 okey 0.0.0.7`, `sit ip6ip remote any local any` */
export function readTunnel(
	value: (name: string) => string | undefined,
	has: (name: string) => boolean,
): IpTunnel {
	const told = (name: "local" | "remote" | "ikey" | "okey" | "dev"): { readonly [name: string]: string } => {
		const found = value(name);
		return found === undefined || found === "any" ? {} : { [name]: found };
	};
	const carries = ["any", "ipip", "ip6ip", "ip6ip6", "ipip6"].find(has);
	return {
		...told("local"),
		...told("remote"),
		...told("ikey"),
		...told("okey"),
		...told("dev"),
		...(carries !== undefined && { carries }),
		external: has("external"),
	};
}
