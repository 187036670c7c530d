import { expect } from "vitest";
import type { FdbEntry, RouteRow } from "../src/index.ts";

export type Json = Record<string, unknown>;

const counted = { checked: 0, equal: 0 };

/** The facts in which a text and a JSON differ; those that are left out are not counted. */
export function differences(
	where: string,
	text: Json,
	json: Json,
	leave: (key: string) => boolean,
): string[] {
	return [...new Set([...Object.keys(text), ...Object.keys(json)])].flatMap((key) => {
		const said = text[key] === "" ? undefined : text[key];
		const told = json[key] === "" ? undefined : json[key];
		if ((said === undefined && told === undefined) || leave(key)) return [];
		counted.checked++;
		if (said === told) {
			counted.equal++;
			return [];
		}
		return [`${where} ${key}: text ${String(said)}, JSON ${String(told)}`];
	});
}

/** Prints how many facts were compared since the last report, and expects that there were some. */
export function report(what: string, different: readonly string[], least: number): void {
	const { checked, equal } = counted;
	console.log(`${what}: ${checked} facts checked, ${equal} equal, ${different.length} different`);
	expect(checked).toBeGreaterThanOrEqual(least);
	Object.assign(counted, { checked: 0, equal: 0 });
}

/** What an entry of a forwarding database says, by the names of the JSON. */
export function fdbSays(node: FdbEntry): Json {
	const flags = node.flags.filter((flag) => flag !== "activity_notify" && flag !== "inactive");
	return {
		mac: node.address.value,
		ifname: node.dev?.value,
		dst: node.dst?.value,
		vlan: node.vlan?.value,
		port: node.port?.value,
		vni: node.vni?.value,
		src_vni: node.srcVni?.value,
		viaIf: node.via?.value,
		viaIfIndex: node.viaIndex?.value,
		nhid: node.nhid?.value,
		linkNetNsId: node.netnsid?.value,
		used: node.used?.used,
		updated: node.used?.updated,
		flags: flags.join(),
		master: node.master?.value,
		state: node.state?.value,
	};
}

export const fdbJson = (json: Json): Json => ({ ...json, flags: (json.flags as string[]).join() });

const bits = (netmask: string): number =>
	netmask.split(".").reduce((sum, byte) => sum + Number(byte).toString(2).replaceAll("0", "").length, 0);

/** A route of IPv4 as `DESTINATION/LENGTH via GATEWAY dev DEVICE`. */
export function routeSays({ destination, gateway, netmask, interface: device }: RouteRow): string {
	const to = "value" in destination ? destination.value : destination.address;
	// A route that rejects: `-` of net-tools, `*` of busybox.
	const rejects = device.value === "-";
	const via = rejects ? "0.0.0.0" : gateway.value;
	return `${to}/${bits(netmask?.value ?? "")} via ${via} dev ${rejects ? "*" : device.value}`;
}

/** The same of `ip -j route`, of which `route` shows the first nexthop. */
export function routeJson(routes: readonly Json[]): string[] {
	return routes
		.flatMap((route) =>
			route.nexthops === undefined ? [route] : [{ ...route, ...(route.nexthops as Json[])[0] }],
		)
		.map((route: Json) => {
			const dst = String(route.dst).replace("default", "0.0.0.0/0");
			const to = dst.includes("/") ? dst : `${dst}/32`;
			return `${to} via ${String(route.gateway ?? "0.0.0.0")} dev ${String(route.dev ?? "*")}`;
		});
}
