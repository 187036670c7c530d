import type {
	AddrtypeMatch,
	CommentMatch,
	DscpMatch,
	HlMatch,
	IprangeMatch,
	LengthMatch,
	MacMatch,
	MarkMatch,
	OwnerMatch,
	PhysdevMatch,
	PkttypeMatch,
	TosMatch,
	TtlMatch,
} from "../matches/index.ts";
import type { Account, AddressRange, Masked, Name, NameList } from "../values.ts";
import { addressBits } from "./address.ts";
import { compare, type Decision, either, no, undecided, unknown, YES } from "./decision.ts";
import { type Mark, markHolds } from "./mark.ts";
import { anyNamed, bitsTest, inRange, type Matcher, options, type Question } from "./matcher.ts";
import { type AddressType, familyOf, fieldName, type Packet } from "./packet.ts";

export const comment: Matcher<CommentMatch> = options({ comment: "modifier" });

/** A mark against a value and a mask, negated or not. */
export function maskedMark(wanted: Masked, held: Mark, field: "mark" | "connmark"): Decision {
	const mask = wanted.mask === undefined ? {} : { mask: wanted.mask.value };
	const { result, reasons } = markHolds(held, { value: wanted.value.value, ...mask });
	if (result === "undecided") return undecided(reasons[0]!.text, { missing: field });
	if (result === (wanted.negated !== true)) return YES;
	return wanted.negated ? no(`the ${fieldName(field)} is the one excluded`) : { result, reasons };
}

/** `mark_mt` in net/netfilter/xt_mark.c */
export const mark: Matcher<MarkMatch> = options({
	mark: (wanted, { packet }) =>
		packet.mark === undefined ? unknown("mark") : maskedMark(wanted, packet.mark, "mark"),
});

/** `length_mt` in net/netfilter/xt_length.c */
export const length: Matcher<LengthMatch> = options({
	length: (range, { packet }) => compare(packet, "length", range, (bytes) => inRange(bytes, range)),
});

/** `ttl_mt` and `hl_mt6` in net/netfilter/xt_hl.c */
const lifetime = {
	equals: (wanted, { packet }) => compare(packet, "ttl", wanted, (ttl) => ttl === wanted.value),
	below: (wanted, { packet }) => compare(packet, "ttl", wanted, (ttl) => ttl < wanted.value),
	above: (wanted, { packet }) => compare(packet, "ttl", wanted, (ttl) => ttl > wanted.value),
} satisfies Parameters<typeof options<TtlMatch | HlMatch>>[0];
export const ttl: Matcher<TtlMatch> = options(lifetime);
export const hl: Matcher<HlMatch> = options(lifetime);

/** `dscp_mt` in net/netfilter/xt_dscp.c */
export const dscp: Matcher<DscpMatch> = options({
	dscp: (wanted, { packet }) => compare(packet, "tos", wanted, (tos) => tos >> 2 === wanted.value),
});

/** `tos_mt` in net/netfilter/xt_dscp.c: `(tos & mask) == value` */
export const tos: Matcher<TosMatch> = options({
	tos: (wanted, { packet }) =>
		compare(packet, "tos", wanted, (tos) => (tos & (wanted.mask?.value ?? 0xff)) === wanted.value.value),
});

/** `iprange_mt4` and `iprange_mt6` in net/netfilter/xt_iprange.c */
export const iprange: Matcher<IprangeMatch> = options({
	source: (range, { packet }) => rangeTest(range, packet, "source"),
	destination: (range, { packet }) => rangeTest(range, packet, "destination"),
});

function rangeTest(range: AddressRange, packet: Packet, field: "source" | "destination"): Decision {
	const family = familyOf(packet);
	if (family !== undefined && family !== range.from.family)
		return no(`the rule is one of IPv${range.from.family}`);
	const from = addressBits(range.from.value)!.value;
	const to = addressBits(range.to.value)!.value;
	return bitsTest(packet, field, range, ({ value }) => value >= from && value <= to);
}

/** `mac_mt` in net/netfilter/xt_mac.c: what came by no Ethernet never matches, negated or not. */
export const mac: Matcher<MacMatch> = options({
	glued: "modifier",
	source: (wanted, { packet }) =>
		compare(packet, "mac", wanted, (address) => address.toLowerCase() === wanted.value),
});

/** `pkttype_mt` in net/netfilter/xt_pkttype.c */
export const pkttype: Matcher<PkttypeMatch> = options({
	packetType: (wanted, { packet }) =>
		compare(packet, "packetType", wanted, (type) => type === (PACKET_TYPES[wanted.value] ?? wanted.value)),
});
/** The words that libxt_pkttype takes besides those that it prints. */
const PACKET_TYPES: Readonly<Record<string, string>> = {
	host: "unicast",
	bcast: "broadcast",
	mcast: "multicast",
};

/** `addrtype_mt_v1` in net/netfilter/xt_addrtype.c */
export const addrtype: Matcher<AddrtypeMatch> = options({
	source: (list, { packet }, node) => typeTest(list, packet, "sourceTypes", limited(node)),
	destination: (list, { packet }, node) => typeTest(list, packet, "destinationTypes", limited(node)),
	limitIn: "modifier",
	limitOut: "modifier",
});

function limited({ limitIn, limitOut }: AddrtypeMatch): boolean {
	return limitIn !== undefined || limitOut !== undefined;
}

function typeTest(
	list: NameList,
	packet: Packet,
	field: "sourceTypes" | "destinationTypes",
	onInterface: boolean,
): Decision {
	const types = packet[field];
	if (types === undefined) return unknown(field);
	const family = familyOf(packet);
	if (family === undefined && list.names.length > 1) return unknown("family");
	if (onInterface) {
		// To one interface a local or broadcast address of another is a unicast one.
		const elsewhere = compare({ [field]: ["UNICAST"] }, field, list, (held) => typesHold(list, held, 4));
		const here = compare(packet, field, list, (held) => typesHold(list, held, 4));
		if (family === 4 && elsewhere.result === here.result) return here;
		return undecided("the types of the packet's addresses on one interface are not known");
	}
	return compare(packet, field, list, (held) => typesHold(list, held, family ?? 4));
}

/**
 * An IPv4 address has one of the types. Of an IPv6 address those that its form tells must all hold, and of
 * those that routes tell one (`match_type6`).
 */
function typesHold(list: NameList, held: readonly AddressType[], family: 4 | 6): boolean {
	if (family === 4) return anyNamed(list, held);
	const FORMS: readonly string[] = ["UNSPEC", "UNICAST", "MULTICAST"];
	const routed = list.names.filter((name) => !FORMS.includes(name));
	const formed = list.names.filter((name) => FORMS.includes(name));
	return (
		formed.every((name) => held.some((type) => type === name)) &&
		(routed.length === 0 || anyNamed({ ...list, names: routed }, held))
	);
}

/** `physdev_mt` in net/netfilter/xt_physdev.c */
export const physdev: Matcher<PhysdevMatch> = options({
	in: (name, { packet }) => portTest(name, packet, "physdevIn"),
	out: (name, { packet }) => portTest(name, packet, "physdevOut"),
	isIn: (flag, { packet }) => compare(packet, "physdevIn", flag, () => true, false),
	isOut: (flag, { packet }) => compare(packet, "physdevOut", flag, () => true, false),
	isBridged: (flag, { packet }) => compare(packet, "bridged", flag, (bridged) => bridged),
});

function portTest(name: Name, packet: Packet, field: "physdevIn" | "physdevOut"): Decision {
	// What is bridged has an empty name where it has no port, what is not has none: only `+` tells them apart.
	if (name.value === "+" && packet[field] === null)
		return undecided("whether + matches a packet without a bridge port depends on its way");
	return compare(packet, field, name, (held) => nameHolds(name.value, held), false);
}

/** `eth+` is any name that begins so. */
export function nameHolds(wanted: string, name: string): boolean {
	return wanted.endsWith("+") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** `owner_mt` in net/netfilter/xt_owner.c: without a socket or a process only what is negated holds. */
export const owner: Matcher<OwnerMatch> = options({
	socketExists: (flag, { packet }) => compare(packet, "socket", flag, (exists) => exists),
	user: (wanted, question) => idTest(wanted, question, "uid"),
	group: (wanted, question, { supplementaryGroups }) => {
		const own = idTest(plain(wanted), question, "gid");
		const others = supplementaryGroups ? [idsTest(plain(wanted), question)] : [];
		const decision = either([own, ...others]);
		if (!wanted.negated || decision.result === "undecided") return decision;
		return decision.result ? no("one of the packet's groups is excluded") : YES;
	},
	supplementaryGroups: (_, { packet }) => {
		// With this option a packet without a socket never matches.
		if (packet.socket === undefined) return unknown("socket");
		return packet.socket ? YES : no("the packet has no socket");
	},
});

function plain({ negated: _, ...account }: Account): Account {
	return account;
}

function ids({ id, to }: Account): readonly [number, number] | undefined {
	return id && [id.value, (to ?? id).value];
}

function idTest(wanted: Account, { packet }: Question, field: "uid" | "gid"): Decision {
	const range = ids(wanted);
	if (range === undefined) return undecided(`which number ${wanted.name} has on the machine is not known`);
	const asked = packet.socket === false ? { [field]: null } : packet;
	return compare(asked, field, wanted, (id) => id >= range[0] && id <= range[1], false);
}

function idsTest(wanted: Account, { packet }: Question): Decision {
	const range = ids(wanted);
	if (range === undefined) return undecided(`which number ${wanted.name} has on the machine is not known`);
	const asked = packet.socket === false ? { groups: null } : packet;
	return compare(
		asked,
		"groups",
		wanted,
		(held) => held.some((id) => id >= range[0] && id <= range[1]),
		false,
	);
}
