import type {
	Attribute,
	AttributeValue,
	Details,
	Interface,
	InterfaceAddress,
	LinkAddress,
	Statistics,
} from "../src/index.ts";
import { netnsOf, statisticsOf } from "../src/index.ts";

/**
 * What `ip -j` says, as a flat list: `mtu`, `vxlan.id`, `stats64.rx.bytes`, `inet 10.0.0.1.scope`. An interface of
 * the text is made into the same list, so that the two can be compared field by field.
 */
export type Facts = Map<string, unknown>;

/** Where the JSON has another word than the text. */
const NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	common: {
		minmtu: "min_mtu",
		maxmtu: "max_mtu",
		addrgenmode: "inet6_addr_gen_mode",
		numtxqueues: "num_tx_queues",
		numrxqueues: "num_rx_queues",
		portname: "phys_port_name",
		portid: "phys_port_id",
		switchid: "phys_switch_id",
		protodown: "proto_down",
	},
	bond: {
		num_grat_arp: "num_peer_notif",
		lacp_active: "ad_lacp_active",
		lacp_rate: "ad_lacp_rate",
		ad_aggregator: "ad_info.aggregator",
		ad_num_ports: "ad_info.num_ports",
		ad_actor_key: "ad_info.actor_key",
		ad_partner_key: "ad_info.partner_key",
		ad_partner_mac: "ad_info.partner_mac",
	},
	bridge: {
		designated_root: "root_id",
		group_address: "group_addr",
		mcast_last_member_count: "mcast_last_member_cnt",
		mcast_startup_query_count: "mcast_startup_query_cnt",
		mcast_last_member_interval: "mcast_last_member_intvl",
		mcast_membership_interval: "mcast_membership_intvl",
		mcast_querier_interval: "mcast_querier_intvl",
		mcast_query_interval: "mcast_query_intvl",
		mcast_query_response_interval: "mcast_query_response_intvl",
		mcast_startup_query_interval: "mcast_startup_query_intvl",
	},
	bridge_slave: {
		port_id: "id",
		port_no: "no",
		designated_bridge: "bridge_id",
		designated_root: "root_id",
		mcast_router: "multicast_router",
		// 6.1 gives this one the key of the next.
		mcast_fast_leave: "mcast_flood",
	},
	geneve: { dstport: "port", flowlabel: "label" },
	hsr: { sequence: "seq_nr", supervision: "supervision_addr" },
	macsec: {
		cipher: "cipher_suite",
		icvlen: "icv_len",
		encodingsa: "encoding_sa",
		validate: "validation",
		send_sci: "inc_sci",
		end_station: "es",
		replay: "replay_protect",
	},
	macvlan: { remotes: "macaddr_data" },
	vlan: { "ingress-qos-map": "ingress_qos", "egress-qos-map": "egress_qos" },
	vxlan: {
		dstport: "port",
		dev: "link",
		maxaddr: "limit",
		flowlabel: "label",
		srcport: "port_range",
		port: "port_range",
	},
};
const TUNNEL: Readonly<Record<string, string>> = { dev: "link", hoplimit: "ttl", encaplimit: "encap_limit" };
const TUNNELS = new Set("erspan gre gretap ip6erspan ip6gre ip6gretap ip6tnl ipip sit vti vti6".split(" "));
/** The first word of these is the protocol inside. */
const MODES = new Set("any ip6ip6 ipip6 ip6ip ipip mplsip".split(" "));

/** Words that the JSON has as true or false. */
const SWITCHES: Readonly<Record<string, readonly [string, boolean]>> = {
	nolearning: ["learning", false],
	nopmtudisc: ["pmtudisc", false],
	udpcsum: ["udp_csum", true],
	noudpcsum: ["udp_csum", false],
	udp6zerocsumtx: ["udp_zero_csum6_tx", true],
	noudp6zerocsumtx: ["udp_zero_csum6_tx", false],
	udp6zerocsumrx: ["udp_zero_csum6_rx", true],
	noudp6zerocsumrx: ["udp_zero_csum6_rx", false],
};

const textOf = (value: AttributeValue): string =>
	value.type === "number" || value.type === "ip" || value.type === "mac"
		? (value.text ?? String(value.value))
		: value.value;

function attributeFact(kind: string, { name, values }: Attribute): readonly [string, unknown] {
	const switched = SWITCHES[name];
	if (switched !== undefined) return switched;
	if (MODES.has(name) && TUNNELS.has(kind)) return ["proto", name];
	if (name === "encaplimit" && values[0]?.value === "none") return ["ip6_tnl_f_ign_encap_limit", true];
	if (name === "tclass" && values[0]?.value === "inherit") return ["ip6_tnl_f_use_orig_tclass", true];
	if (values.length === 0 && name !== "flags" && name !== "remotes" && !name.endsWith("_str"))
		return [name, true];
	const key = NAMES[kind]?.[name] ?? (TUNNELS.has(kind) ? TUNNEL[name] : undefined) ?? name;
	const texts = values.map(textOf);
	if (name === "flags" || name === "remotes" || name.endsWith("_str")) return [key, texts.join()];
	if (name.endsWith("-qos-map")) return [key, texts.join()];
	if (key === "port_range") return [key, texts.join()];
	const family = values[0]?.type === "ip" ? values[0].family : 4;
	const hasFamilies = (kind === "vxlan" || kind === "geneve") && /^(?:remote|local|group)$/.test(key);
	return [hasFamilies && family === 6 ? `${key}6` : key, texts[0]];
}

/** Attributes that belong to every link stand behind the details of its last kind. */
const COMMON = new Set(
	`promiscuity allmulti minmtu maxmtu addrgenmode numtxqueues numrxqueues gso_max_size gso_max_segs tso_max_size
	tso_max_segs gro_max_size gso_ipv4_max_size gro_ipv4_max_size portname portid switchid parentbus parentdev
	protodown protodown_reason`.split(/\s+/),
);

function detailFacts(into: Facts, node: Interface): void {
	let kind = "common";
	const add = (attributes: Details["attributes"]): void => {
		for (const each of attributes) {
			if (each.type === "unparsed") into.set(`unparsed ${each.text}`, true);
			else if (COMMON.has(each.name)) into.set(...attributeFact("common", each));
			else {
				const [key, value] = attributeFact(kind, each);
				into.set(`${kind}.${key}`, value);
				if (key === "macaddr_data" && each.values.length === 0) into.delete(`${kind}.${key}`);
				if (key === "macaddr_data") into.set(`${kind}.macaddr_count`, each.values.length);
			}
		}
	};
	add(node.attributes ?? []);
	add(node.link?.attributes ?? []);
	for (const each of node.properties ?? []) {
		if (each.type !== "details") continue;
		kind = each.kind?.value ?? kind;
		if (each.kind !== undefined)
			into.set(kind.endsWith("_slave") ? "info_slave_kind" : "info_kind", kind.replace(/_slave$/, ""));
		add(each.attributes);
	}
}

/** The titles of the counters, as the JSON names them. */
const TITLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	RX: { overrun: "over_errors", missed: "missed_errors", mcast: "multicast" },
	TX: { carrier: "carrier_errors", collsns: "collisions" },
	"RX errors": {
		length: "length_errors",
		crc: "crc_errors",
		frame: "frame_errors",
		fifo: "fifo_errors",
		missed: "missed_errors",
		overrun: "over_errors",
	},
	"TX errors": {
		aborted: "aborted_errors",
		fifo: "fifo_errors",
		window: "window_errors",
		heartbeat: "heartbeat_errors",
		heartbt: "heartbeat_errors",
		transns: "carrier_changes",
	},
};

function statisticsFacts(into: Facts, { of, counters }: Statistics): void {
	const direction = of.startsWith("RX") ? "rx" : "tx";
	for (const { name, value, text } of counters?.counters ?? []) {
		into.set(`stats64.${direction}.${TITLES[of]?.[name] ?? name}`, text ?? String(value));
	}
}

/** The tool counts in 32 bits; the text says `forever` for the largest. */
export const FOREVER: number = 2 ** 32 - 1;
const time = (value: { value: number } | "forever"): number => (value === "forever" ? FOREVER : value.value);

/** What a line of an address says, by the keys of the JSON. */
export function addressFacts(node: InterfaceAddress): Facts {
	const into: Facts = new Map();
	const set = (key: string, value: unknown): void => {
		if (value !== undefined) into.set(key, value);
	};
	set("family", node.type);
	set("local", node.address.address);
	set("address", node.peer?.address);
	set("prefixlen", (node.peer ?? node.address).length);
	set("metric", node.metric?.value);
	set("broadcast", node.broadcast?.value);
	set("anycast", node.anycast?.value);
	set("scope", node.scope.value);
	set("label", node.label?.value);
	set("protocol", node.proto?.value);
	set("ifa_flags", node.flagBits);
	for (const flag of node.flags) set(flag, true);
	set("valid_life_time", node.lifetime && time(node.lifetime.valid));
	set("preferred_life_time", node.lifetime && time(node.lifetime.preferred));
	return into;
}

const linkText = (address: LinkAddress | undefined): string | undefined =>
	address && (address.type === "hardware" ? address.value : (address.text ?? address.value));

/** What the text says of an interface, by the keys of the JSON. */
export function textFacts(node: Interface): Facts {
	const into: Facts = new Map();
	const set = (key: string, value: unknown): void => {
		if (value !== undefined) into.set(key, value);
	};
	const { peer, link } = node;
	set("ifindex", node.index.value);
	set("ifname", node.name.value);
	set("flags", node.flags.join());
	if (peer?.type === "name") set("link", peer.name.value);
	if (peer?.type === "none") set("link", null);
	if (peer?.type === "ifindex") set("link_index", peer.index.value);
	set("mtu", node.mtu?.value);
	set("qdisc", node.qdisc?.value);
	set("master", node.master?.value);
	set("operstate", node.state?.value);
	set("linkmode", node.mode?.value);
	set("group", node.group?.value);
	set("txqlen", node.qlen?.value);
	set("link_type", link?.kind.value);
	set("address", linkText(link?.address));
	set("broadcast", linkText(link?.broadcast ?? link?.peer));
	if (link?.peer !== undefined) set("link_pointtopoint", true);
	set("permaddr", linkText(link?.permaddr));
	const { netnsid, netnsName } = netnsOf(node);
	if (netnsName === undefined)
		set("link_netnsid", typeof netnsid === "object" ? netnsid.value : netnsid && -1);
	detailFacts(into, node);
	const altnames: string[] = [];
	for (const each of node.properties ?? []) {
		if (each.type === "alias") set("ifalias", each.text);
		if (each.type === "altname") altnames.push(each.name.value);
	}
	for (const each of statisticsOf(node)) statisticsFacts(into, each);
	if (altnames.length > 0) set("altnames", altnames.join());
	node.addresses.forEach((address, at) => {
		for (const [key, value] of addressFacts(address)) set(`addr_info.${at}.${key}`, value);
	});
	return into;
}

/** What the JSON says of an interface. */
export function jsonFacts(json: Readonly<Record<string, unknown>>): Facts {
	const into: Facts = new Map();
	const info = (json.linkinfo ?? {}) as Record<string, unknown>;
	const put = (path: string, value: unknown): void => {
		if (value === null || typeof value !== "object") into.set(path, value);
		else if (Array.isArray(value)) {
			if (path === "addr_info") {
				value
					.filter((each) => each.local !== undefined)
					.forEach((each, at) => {
						for (const [key, field] of Object.entries(each)) into.set(`${path}.${at}.${key}`, field);
					});
			} else
				into.set(
					path,
					value.map((each) => (typeof each === "object" ? `${each.from}:${each.to}` : each)).join(),
				);
		} else if (path.endsWith(".port_range")) {
			const { low, high } = value as Record<string, number>;
			into.set(path, `${low},${high}`);
		} else for (const [key, each] of Object.entries(value)) put(path === "" ? key : `${path}.${key}`, each);
	};
	for (const [key, value] of Object.entries(json)) {
		if (key === "linkinfo") continue;
		put(key, value);
	}
	// `-6` asks for no link attributes, so that an index is all that is known: `"link": "if10"`.
	const index = /^if(\d+)$/.exec(String(json.link))?.[1];
	if (index !== undefined && json.link_netnsid === undefined) {
		into.delete("link");
		into.set("link_index", Number(index));
	}
	for (const [key, value] of Object.entries(info)) {
		if (key === "info_data") put(String(info.info_kind), value);
		else if (key === "info_slave_data") put(`${String(info.info_slave_kind)}_slave`, value);
		else put(key, value);
	}
	return into;
}

/** Whether a text and a field of the JSON say the same: `on` is true, `0x8` is 8, `none` is null, `auto` is 0. */
export function isSame(key: string, said: unknown, json: unknown): boolean {
	if (said === json) return true;
	if (json === true) return said === "on";
	if (json === false) return said === "off";
	if (json === null) return said === "none";
	if (key.endsWith(".ttl") && (said === "inherit" || said === "auto")) return json === 0;
	if (key.endsWith(".tos") && said === "inherit") return json === "0x1";
	const [a, b] = [String(said), String(json)];
	return a === b || (a !== "" && b !== "" && !Number.isNaN(Number(a)) && Number(a) === Number(b));
}
