import type {
	Connection,
	Endpoint,
	IpvsadmList,
	IpvsadmSave,
	ProcNetIpVs,
	RealServer,
	Removal,
	SavedRealServer,
	ServiceKey,
	VirtualService,
} from "./ast.ts";

/** A virtual service with the real servers that it balances to, in the order printed. */
export interface BalancedService {
	readonly service: VirtualService;
	readonly servers: readonly (RealServer | SavedRealServer)[];
}

/**
 * The services of a table with their real servers, whatever its columns: a list of `--stats` knows no
 * scheduler, weight or forwarding. In a list a real server belongs to the service above it, in a save file
 * to the one it names; those whose service was cut away are left out. A service by mark whose family /proc
 * does not tell is of the family of its first real server. What a file of commands changes (`-E`, `-e`) or removes
 * again (`-D`, `-d`, `-C`) is so at the end.
 */
export function balancedServices(ast: IpvsadmList | IpvsadmSave | ProcNetIpVs): BalancedService[] {
	const services: Entry[] = [];
	const byName = new Map<string, Entry>();
	for (const node of ast.statements) {
		if (node.type === "service") {
			const name = serviceName(node.key);
			const known = byName.get(name);
			if (node.edit && known !== undefined) {
				known.service = node;
				continue;
			}
			const each: Entry = { service: node, servers: [] };
			services.push(each);
			if (known === undefined) byName.set(name, each);
		}
		if (node.type === "removal") remove(node, services, byName);
		if (node.type !== "real-server") continue;
		const servers = ("service" in node ? byName.get(serviceName(node.service)) : services.at(-1))?.servers;
		const known = "edit" in node ? (servers?.findIndex((each) => sameEnd(each, node)) ?? -1) : -1;
		if (known === -1) servers?.push(node);
		else servers![known] = node;
	}
	return services.map(({ service, servers }) => ({ service: withFamily(service, servers[0]), servers }));
}

interface Entry {
	service: VirtualService;
	servers: (RealServer | SavedRealServer)[];
}

function remove({ service, server }: Removal, services: Entry[], byName: Map<string, Entry>): void {
	if (service === undefined) {
		services.length = 0;
		byName.clear();
		return;
	}
	const known = byName.get(serviceName(service));
	if (known === undefined) return;
	if (server !== undefined) {
		known.servers = known.servers.filter((each) => !sameEnd(each, server));
		return;
	}
	services.splice(services.indexOf(known), 1);
	byName.delete(serviceName(service));
}

function sameEnd(one: Endpoint, other: Endpoint): boolean {
	return one.address.value === other.address.value && portOf(one) === portOf(other);
}

const portOf = ({ port }: Endpoint): number | string | undefined => port.number ?? port.name;

function withFamily(
	service: VirtualService,
	first: RealServer | SavedRealServer | undefined,
): VirtualService {
	const { key } = service;
	if (key.type !== "fwmark" || key.family !== undefined || first?.address.type !== "ip") return service;
	return { ...service, key: { ...key, family: first.address.family } };
}

/** A name for a service that is equal exactly for equal keys: `fwmark 258`, `tcp 10.0.0.1:80`. */
export function serviceName(key: ServiceKey): string {
	if (key.type === "fwmark") return `fwmark ${key.mark.value}${key.family === 6 ? " IPv6" : ""}`;
	return `${key.protocol} ${key.address.value}:${key.port.name ?? key.port.number}`;
}

/**
 * The firewall mark of a connection that is the template of a service by mark. In the place of the
 * virtual address the kernel keeps the mark: 258 is `0.0.1.2`, for IPv6 `0:102::`.
 */
export function connectionMark({ protocol, virtual }: Connection): number | undefined {
	const { address } = virtual;
	if (protocol.value !== "IP" || address.type !== "ip") return undefined;
	if (address.family === 4)
		return address.value.split(".").reduce((mark, byte) => mark * 256 + Number(byte), 0);
	// Of `1::` the second group is empty.
	const [high, low] = address.value.split(":").map((group) => Number.parseInt(group || "0", 16));
	return high! * 65536 + low!;
}
