import { networkHolds } from "@netfossil/core";
import { ipv4OfMac } from "@netfossil/docker";
import type { Context } from "../context.ts";
import { hostId } from "../ids.ts";
import { append } from "../lists.ts";
import type { CapturedAddress } from "../observations.ts";
import { ownersOf } from "../owners.ts";
import { ownSubnet } from "./subnets.ts";

/** Addresses that are no machine's of their own: loopback, multicast, broadcast, and none. */
const NOBODYS = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/127", "ff00::/8"];
const LINK_LOCAL = "fe80::/10";

/** Which addresses that packets show are of nobody in the dumps, and on which LAN they are. */
export class Outside {
	readonly #context: Context;
	/** `host address` → the MACs that ARP told of it there. */
	readonly #told = new Map<string, string[]>();
	/** MAC → the namespaces that have an interface with it. */
	readonly #macs = new Map<string, Set<string>>();
	/** Hosts of which some dump shows interfaces. */
	readonly #shown: ReadonlySet<string>;
	/** LAN → the hosts that have a leg there. */
	readonly #lans = new Map<string, ReadonlySet<string>>();

	constructor(context: Context) {
		this.#context = context;
		const { seen, graph, who } = context;
		for (const { scope, address, mac } of seen.captured)
			if (mac !== undefined) append(this.#told, `${scope.host} ${address}`, mac);
		for (const { mac, scope } of seen.interfaces) {
			if (mac === undefined) continue;
			const known = this.#macs.get(mac) ?? new Set<string>();
			this.#macs.set(mac, known.add(who.netns(scope)));
		}
		this.#shown = new Set(seen.interfaces.map(({ scope }) => scope.host));
		const hosts = graph.idsOf("host");
		for (const lan of graph.idsOf("subnet").filter((id) => id.startsWith("lan/"))) {
			const legs = graph.origins("in-subnet", lan);
			this.#lans.set(lan, new Set(hosts.filter((host) => legs.some((leg) => leg.startsWith(`${host}/`)))));
		}
	}

	/** Whether an address is of nobody in the dumps. */
	has(row: CapturedAddress): boolean {
		const { rows } = this.#context;
		const { host } = row.scope;
		const { address } = row;
		if (NOBODYS.some((prefix) => networkHolds(prefix, address))) return false;
		if (ownersOf(this.#context, row, address).length > 0) return false;
		const known = rows.addresses(address);
		if (known.some(({ scope }) => scope.host === host)) return false;
		if (networkHolds(LINK_LOCAL, address)) return known.length === 0 && !this.#macs.has(macOf(address) ?? "");
		// A host of which only packets were saved stands on some LAN of the others.
		if (!this.#shown.has(host) && known.filter(ownSubnet).length > 0) return false;
		return !(this.#told.get(`${host} ${address}`) ?? []).some((mac) => this.#isKnown(mac, address));
	}

	/** Where an address is that no network of Docker holds: its LAN, if the host has one leg in one; else the host tells. */
	whereOf({ scope: { host }, address }: CapturedAddress): string {
		const holding = [...this.#lans].filter(([lan]) => networkHolds(this.#context.graph.nameOf(lan), address));
		const own = this.#shown.has(host) ? holding.filter(([, hosts]) => hosts.has(host)) : holding;
		return own.length === 1 ? own[0]![0] : hostId(host);
	}

	/** A MAC of some interface: of a namespace that has the address, unless nobody saved its addresses. */
	#isKnown(mac: string, address: string): boolean {
		// Docker makes these of addresses: two hosts may have the same.
		if (ipv4OfMac(mac) !== undefined) return false;
		const { rows } = this.#context;
		// A router answers ARP for others with its own MAC.
		return [...(this.#macs.get(mac) ?? [])].some((netns) => {
			const own = rows.addressesIn(netns);
			return own.length === 0 || own.some((each) => each.address === address);
		});
	}
}

/** The MAC that an address of link scope was made of: `fe80::5054:ff:fe63:1` of 52:54:00:63:00:01. */
function macOf(address: string): string | undefined {
	const groups = /^fe80::(?:([\da-f]{1,4}):)?([\da-f]{1,4}):([\da-f]{1,4}):([\da-f]{1,4})$/i
		.exec(address)
		?.slice(1);
	if (groups === undefined) return undefined;
	const hex = groups.map((group) => (group ?? "0").padStart(4, "0")).join("");
	if (hex.slice(6, 10).toLowerCase() !== "fffe") return undefined;
	const bytes = (hex.slice(0, 6) + hex.slice(10)).match(/../g)!;
	const first = (Number.parseInt(bytes[0]!, 16) ^ 2).toString(16).padStart(2, "0");
	return [first, ...bytes.slice(1)].join(":").toLowerCase();
}
