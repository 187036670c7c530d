import type { ParsedDump } from "@netfossil/capture";
import { type IpAddress, type IpPrefix, networkOf } from "@netfossil/core";
import type {
	Destination,
	IpRouteDump,
	MplsLabel,
	NetstatRoute,
	Nexthop,
	Route,
	RouteRow as Row,
} from "@netfossil/iproute";
import type { Observations, RouteRow } from "../observations.ts";
import { askedFamily, askedTable } from "./hints.ts";

/** The routes of a namespace; what `ip route get` and the cache print is no route of a table. */
export function collectIpRoute(parsed: ParsedDump<IpRouteDump>, into: Observations): void {
	const { scope } = parsed.dump;
	const table = askedTable(parsed);
	const routes = parsed.ast.statements.filter((each): each is Route => each.type === "route");
	const family = askedFamily(parsed, routes.flatMap(addressesOf));
	for (const route of routes) {
		if (route.cache !== undefined || route.destination.type === "label") continue;
		const own = routeFamily(route) ?? family;
		const destination = prefixOf(route.destination, own);
		if (destination === undefined) continue;
		const hops = route.nexthops ?? [route];
		const metric = route.metric?.value;
		const row: RouteRow = {
			scope,
			quote: { parsed, span: route },
			family: own,
			kind: route.kind?.value ?? "unicast",
			destination,
			table: route.table?.value ?? table,
			...(metric !== undefined && metric !== 0 && { metric }),
			hops: hops.map((hop) => hopOf(hop)),
			...(route.src?.type === "ip" && { src: route.src.value }),
			...(route.proto && { proto: route.proto.value }),
			...(route.scope && { kernelScope: route.scope.value }),
		};
		into.routes.push(row);
		addressOf(row, into);
	}
}

function hopOf({ via, dev }: Route | Nexthop): RouteRow["hops"][number] {
	return {
		...(via?.address.type === "ip" && { via: via.address.value }),
		...(dev && { dev: dev.value }),
	};
}

/** What tells the family of a route whose destination is `default`. */
function addressesOf(route: Route): string[] {
	const { destination, via, src } = route;
	return [
		...(destination.type === "ip" ? [destination.value] : []),
		...(destination.type === "prefix" ? [`${destination.address}/${destination.length}`] : []),
		...(via?.address.type === "ip" && via.family === undefined ? [via.address.value] : []),
		...(src?.type === "ip" ? [src.value] : []),
	];
}

function routeFamily({ destination, via, src }: Route): 4 | 6 | undefined {
	if (destination.type === "ip" || destination.type === "prefix") return destination.family;
	if (via?.address.type === "ip" && via.family === undefined) return via.address.family;
	return src?.type === "ip" ? src.family : undefined;
}

function prefixOf(destination: Destination | MplsLabel, family: 4 | 6): string | undefined {
	switch (destination.type) {
		case "default":
			return family === 4 ? "0.0.0.0/0" : "::/0";
		case "ip":
			return `${destination.value}/${destination.family === 4 ? 32 : 128}`;
		case "prefix":
			return networkOf(destination.address, destination.length);
		default:
			return undefined;
	}
}

/**
 * `10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2`: the kernel makes this route of an address, so
 * that the address is there, with the length of the route.
 */
function addressOf(row: RouteRow, into: Observations): void {
	const [hop] = row.hops;
	if (row.proto !== "kernel" || row.kernelScope !== "link" || row.kind !== "unicast") return;
	if (row.src === undefined || hop?.dev === undefined || row.hops.length > 1) return;
	const [network, length] = row.destination.split("/") as [string, string];
	// Of a point-to-point line the route leads to the other end: `192.0.2.2 dev ppp0 … src 192.0.2.1`.
	if (networkOf(row.src, Number(length)) !== `${network}/${length}`) return;
	const { scope, quote, family, src } = row;
	into.addresses.push({
		scope,
		quote,
		interface: hop.dev,
		family,
		address: src,
		length: Number(length),
		fromRoute: true,
	});
}

/** The routes that `route` and `netstat -r` print; the local ones of IPv6 are those of the table `local`. */
export function collectNetstatRoute(parsed: ParsedDump<NetstatRoute>, into: Observations): void {
	const { scope } = parsed.dump;
	let cache = false;
	for (const node of parsed.ast.statements) {
		if (node.type === "title") cache = node.of === "cache";
		if (node.type !== "route" || cache) continue;
		const destination = rowPrefix(node);
		if (destination === undefined) continue;
		const flags = node.flags.value;
		// `Un` of IPv6: an address of the host itself; `C`: cached.
		if (/[nC]/.test(flags)) continue;
		const { gateway } = node;
		const known = typeof node.metric === "object" ? node.metric.value : undefined;
		const dev = node.interface.value;
		const via =
			gateway.type === "ip" && !/^(?:0\.0\.0\.0|::)$/.test(gateway.value) ? gateway.value : undefined;
		into.routes.push({
			scope,
			quote: { parsed, span: node },
			family: destination.includes(":") ? 6 : 4,
			kind: flags.includes("!") ? "unreachable" : "unicast",
			destination,
			table: "main",
			...(known !== undefined && known !== 0 && { metric: known }),
			...(node.metric === undefined && { metricUnknown: true }),
			hops: [
				{
					...(via !== undefined && { via }),
					...(dev !== "*" && dev !== "-" && { dev }),
				},
			],
		});
	}
}

function rowPrefix({ destination, netmask }: Row): string | undefined {
	switch (destination.type) {
		case "prefix":
			return (destination satisfies IpPrefix) && networkOf(destination.address, destination.length);
		case "ip": {
			if (destination.family === 6) return `${destination.value}/128`;
			const length = netmask?.type === "ip" ? maskLength(netmask) : undefined;
			return length === undefined ? undefined : `${destination.value}/${length}`;
		}
		default:
			return destination.value === "default" ? "0.0.0.0/0" : undefined;
	}
}

/** `255.255.255.0` → 24; undefined for a mask with holes. */
export function maskLength({ value }: IpAddress): number | undefined {
	const bits = value
		.split(".")
		.map((byte) => Number(byte).toString(2).padStart(8, "0"))
		.join("");
	return /^1*0*$/.test(bits) ? (bits.indexOf("0") === -1 ? 32 : bits.indexOf("0")) : undefined;
}
