import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type Account,
	type AddressRange,
	account,
	addressRange,
	comparison,
	listText,
	type Mac,
	type Masked,
	mac,
	masked,
	type Name,
	type NameList,
	type Network,
	type NumberRange,
	type NumberValue,
	name,
	nameList,
	network,
	number,
	numberRange,
	quoted,
	type SetReference,
	setReference,
	type Text,
	type Toggle,
	text,
	toggle,
	tosSymbol,
	zeroNamed,
} from "../values.ts";

/** `-m comment --comment "allow ssh"`, listed without quotes or escapes between the signs of a C comment. */
export interface CommentMatch extends Span {
	readonly type: "comment";
	readonly comment?: Text;
}
export const comment: Extension<CommentMatch> = {
	type: "comment",
	save: [{ flag: "--comment", key: "comment", value: text }],
	list: " /*\\ {comment}\\ */",
	// A comment may hold its own end; the reader of the tail tries the further ones.
	listValues: { comment: listText(/[\s\S]*?(?= \*\/(?![^ \t]))/y) },
};

/** `-m addrtype --dst-type LOCAL`, listed `ADDRTYPE match dst-type LOCAL` (libxt_addrtype). */
export interface AddrtypeMatch extends Span {
	readonly type: "addrtype";
	readonly source?: NameList;
	readonly destination?: NameList;
	readonly limitIn?: Toggle;
	readonly limitOut?: Toggle;
}
export const addrtype: Extension<AddrtypeMatch> = {
	type: "addrtype",
	save: [
		{ flag: "--src-type", key: "source", value: nameList() },
		{ flag: "--dst-type", key: "destination", value: nameList() },
		{ flag: "--limit-iface-in", key: "limitIn", value: toggle },
		{ flag: "--limit-iface-out", key: "limitOut", value: toggle },
	],
	list: " ADDRTYPE match[ src-type {!!source}{source}][ dst-type {!!destination}{destination}][ limit-in{?limitIn}][ limit-out{?limitOut}]",
};

/** `-m ipvs --ipvs`, listed `ipvs`: the packet belongs to a connection of IPVS (libxt_ipvs). */
export interface IpvsMatch extends Span {
	readonly type: "ipvs";
	readonly ipvs?: Toggle;
	readonly protocol?: Name;
	readonly virtualAddress?: Network;
	readonly virtualPort?: Name;
	/** ORIGINAL or REPLY. */
	readonly direction?: Name;
	/** GATE, IPIP or MASQ. */
	readonly method?: Name;
	readonly controlPort?: Name;
}
export const ipvs: Extension<IpvsMatch> = {
	type: "ipvs",
	save: [
		{ flag: "--ipvs", key: "ipvs", value: toggle },
		{ flag: "--vproto", key: "protocol", value: name },
		{ flag: "--vaddr", key: "virtualAddress", value: network },
		{ flag: "--vport", key: "virtualPort", value: name },
		{ flag: "--vdir", key: "direction", value: name },
		{ flag: "--vmethod", key: "method", value: name },
		{ flag: "--vportctl", key: "controlPort", value: name },
	],
	list: [
		{ format: " {!ipvs}ipvs{?ipvs}" },
		{
			format:
				"[ {!protocol}vproto {protocol}][ {!virtualAddress}vaddr {virtualAddress}][ {!virtualPort}vport {virtualPort}][ vdir {direction}][ {!method}vmethod {method}][ {!controlPort}vportctl {controlPort}]",
		},
	],
};

/** `-m set --match-set blocked src`, listed `match-set blocked src` (libxt_set). */
export interface SetMatch extends Span {
	readonly type: "set";
	readonly set?: SetReference;
	readonly returnNoMatch?: Toggle;
	readonly updateCounters?: Toggle;
	readonly updateSubcounters?: Toggle;
	readonly packetsEqual?: NumberValue;
	readonly packetsBelow?: NumberValue;
	readonly packetsAbove?: NumberValue;
	readonly bytesEqual?: NumberValue;
	readonly bytesBelow?: NumberValue;
	readonly bytesAbove?: NumberValue;
}
export const set: Extension<SetMatch> = {
	type: "set",
	save: [
		{ flag: "--match-set", key: "set", value: setReference },
		{ flag: "--return-nomatch", key: "returnNoMatch", value: toggle },
		{ flag: "--update-counters", key: "updateCounters", value: toggle },
		{ flag: "--update-subcounters", key: "updateSubcounters", value: toggle },
		{ flag: "--packets-eq", key: "packetsEqual", value: number },
		{ flag: "--packets-lt", key: "packetsBelow", value: number },
		{ flag: "--packets-gt", key: "packetsAbove", value: number },
		{ flag: "--bytes-eq", key: "bytesEqual", value: number },
		{ flag: "--bytes-lt", key: "bytesBelow", value: number },
		{ flag: "--bytes-gt", key: "bytesAbove", value: number },
	],
	list: " {!set}match-set {set}[ return-nomatch{?returnNoMatch}][ {!updateCounters}update-counters{?updateCounters}][ {!updateSubcounters}update-subcounters{?updateSubcounters}][ {!packetsEqual}packets-eq {packetsEqual}][ packets-lt {packetsBelow}][ packets-gt {packetsAbove}][ {!bytesEqual}bytes-eq {bytesEqual}][ bytes-lt {bytesBelow}][ bytes-gt {bytesAbove}]",
};

/** `-m physdev --physdev-in eth+ --physdev-is-bridged`, listed `PHYSDEV match --physdev-in eth+ …`. */
export interface PhysdevMatch extends Span {
	readonly type: "physdev";
	readonly isIn?: Toggle;
	readonly in?: Name;
	readonly isOut?: Toggle;
	readonly out?: Name;
	readonly isBridged?: Toggle;
}
export const physdev: Extension<PhysdevMatch> = {
	type: "physdev",
	save: [
		{ flag: "--physdev-is-in", key: "isIn", value: toggle },
		{ flag: "--physdev-in", key: "in", value: name },
		{ flag: "--physdev-is-out", key: "isOut", value: toggle },
		{ flag: "--physdev-out", key: "out", value: name },
		{ flag: "--physdev-is-bridged", key: "isBridged", value: toggle },
	],
	list: " PHYSDEV match[ {!isIn}--physdev-is-in{?isIn}][ {!in}--physdev-in {in}][ {!isOut}--physdev-is-out{?isOut}][ {!out}--physdev-out {out}][ {!isBridged}--physdev-is-bridged{?isBridged}]",
};

/** `-m owner --uid-owner 0-10 --socket-exists`, listed `owner UID match 0-10 owner socket exists`. */
export interface OwnerMatch extends Span {
	readonly type: "owner";
	readonly user?: Account;
	readonly group?: Account;
	readonly socketExists?: Toggle;
	readonly supplementaryGroups?: Toggle;
}
export const owner: Extension<OwnerMatch> = {
	type: "owner",
	save: [
		{ flag: "--socket-exists", key: "socketExists", value: toggle },
		{ flag: "--uid-owner", key: "user", value: account },
		{ flag: "--gid-owner", key: "group", value: account },
		{ flag: "--suppl-groups", key: "supplementaryGroups", value: toggle },
	],
	list: "[ {!socketExists}owner socket exists{?socketExists}][ {!user}owner UID match {user}][ {!group}owner GID match {group}][ incl. suppl. groups{?supplementaryGroups}]",
};

/** `-m iprange --src-range 10.0.0.5-10.0.0.9`, listed `source IP range 10.0.0.5-10.0.0.9` (libxt_iprange). */
export interface IprangeMatch extends Span {
	readonly type: "iprange";
	readonly source?: AddressRange;
	readonly destination?: AddressRange;
}
export const iprange: Extension<IprangeMatch> = {
	type: "iprange",
	save: [
		{ flag: "--src-range", key: "source", value: addressRange },
		{ flag: "--dst-range", key: "destination", value: addressRange },
	],
	list: "[ source IP range {!source}{source}][ destination IP range {!destination}{destination}]",
};

/** `-m mac --mac-source 00:11:22:aa:bb:cc`, listed `MAC 00:11:22:aa:bb:cc` (libxt_mac). */
export interface MacMatch extends Span {
	readonly type: "mac";
	readonly source?: Mac;
	/** As 1.8.5–1.8.7 list it: `MAC00:11:22:aa:bb:cc`. */
	readonly glued?: true;
}
export const macMatch: Extension<MacMatch> = {
	type: "mac",
	save: [{ flag: "--mac-source", key: "source", value: mac }],
	list: [{ format: " MAC{!source}{source}", set: { glued: true } }, { format: " MAC {!source}{source}" }],
};

/** `-m pkttype --pkt-type broadcast`, listed `PKTTYPE = broadcast` (libxt_pkttype). */
export interface PkttypeMatch extends Span {
	readonly type: "pkttype";
	readonly packetType?: Name;
}
export const pkttype: Extension<PkttypeMatch> = {
	type: "pkttype",
	save: [{ flag: "--pkt-type", key: "packetType", value: name }],
	list: " PKTTYPE {packetType}",
	listValues: {
		packetType: {
			...name,
			ownNegation: true,
			pattern: /!?= +[^ \t]+/y,
			read: (printed, start) => {
				const value = printed.replace(/^!?= +/, "");
				const negated = printed.startsWith("!") && { negated: true as const };
				return { value, ...negated, start, end: start + printed.length };
			},
			print: ({ value, negated }) => `${negated ? "!=" : "="} ${value}`,
		},
	},
};

/** `-m rpfilter --loose --validmark --invert`, listed `rpfilter loose validmark invert` (libxt_rpfilter). */
export interface RpfilterMatch extends Span {
	readonly type: "rpfilter";
	readonly loose?: Toggle;
	readonly validMark?: Toggle;
	readonly acceptLocal?: Toggle;
	readonly invert?: Toggle;
}
export const rpfilter: Extension<RpfilterMatch> = {
	type: "rpfilter",
	save: [
		{ flag: "--loose", key: "loose", value: toggle },
		{ flag: "--validmark", key: "validMark", value: toggle },
		{ flag: "--accept-local", key: "acceptLocal", value: toggle },
		{ flag: "--invert", key: "invert", value: toggle },
	],
	list: " rpfilter[ loose{?loose}][ validmark{?validMark}][ accept-local{?acceptLocal}][ invert{?invert}]",
};

/** `-m socket --transparent`, listed `socket --transparent` (libxt_socket). */
export interface SocketMatch extends Span {
	readonly type: "socket";
	readonly transparent?: Toggle;
	readonly noWildcard?: Toggle;
	readonly restoreMark?: Toggle;
}
export const socket: Extension<SocketMatch> = {
	type: "socket",
	save: [
		{ flag: "--transparent", key: "transparent", value: toggle },
		{ flag: "--nowildcard", key: "noWildcard", value: toggle },
		{ flag: "--restore-skmark", key: "restoreMark", value: toggle },
	],
	list: " socket[ --transparent{?transparent}][ --nowildcard{?noWildcard}][ --restore-skmark{?restoreMark}]",
};

/** `-m length --length 86:65535`, listed `length 86:65535` (libxt_length). */
export interface LengthMatch extends Span {
	readonly type: "length";
	readonly length?: NumberRange;
}
export const length: Extension<LengthMatch> = {
	type: "length",
	save: [{ flag: "--length", key: "length", value: numberRange(":") }],
	list: " length {!!length}{length}",
};

/** `-m ttl --ttl-eq 64`, listed `TTL match TTL == 64` (libipt_ttl). */
export interface TtlMatch extends Span {
	readonly type: "ttl";
	readonly equals?: NumberValue;
	readonly below?: NumberValue;
	readonly above?: NumberValue;
}
export const ttl: Extension<TtlMatch> = {
	type: "ttl",
	save: [
		{ flag: "--ttl-eq", key: "equals", value: number },
		{ flag: "--ttl-lt", key: "below", value: number },
		{ flag: "--ttl-gt", key: "above", value: number },
	],
	list: " TTL match TTL[ {equals}][ < {below}][ > {above}]",
	listValues: { equals: comparison },
};

/** `-m hl --hl-eq 255`, listed `HL match HL == 255` (libip6t_hl). */
export interface HlMatch extends Span {
	readonly type: "hl";
	readonly equals?: NumberValue;
	readonly below?: NumberValue;
	readonly above?: NumberValue;
}
export const hl: Extension<HlMatch> = {
	type: "hl",
	save: [
		{ flag: "--hl-eq", key: "equals", value: number },
		{ flag: "--hl-lt", key: "below", value: number },
		{ flag: "--hl-gt", key: "above", value: number },
	],
	list: " HL match HL[ {equals}][ < {below}][ > {above}]",
	listValues: { equals: comparison },
};

/** `-m dscp --dscp 0x2e`, listed `DSCP match 0x2e` (libxt_dscp). */
export interface DscpMatch extends Span {
	readonly type: "dscp";
	readonly dscp?: NumberValue;
}
export const dscp: Extension<DscpMatch> = {
	type: "dscp",
	save: [{ flag: "--dscp", key: "dscp", value: number }],
	list: " DSCP match {!!dscp}{dscp}",
};

/** `-m tos --tos 0x10/0x3f`, listed `tos match0x10/0x3f` or `tos match Minimize-Delay`. */
export interface TosMatch extends Span {
	readonly type: "tos";
	readonly tos?: Masked;
}
/** ` Minimize-Delay`, `! Minimize-Delay` */
const spacedTosSymbol: typeof tosSymbol = {
	pattern: /!? +[A-Z][A-Za-z-]+(?![^ \t])/y,
	read: (printed, start) => {
		const word = printed.replace(/^ +/, "");
		return tosSymbol.read(word, start + printed.length - word.length);
	},
	print: (node) => {
		const printed = tosSymbol.print(node);
		return printed?.startsWith("!") ? printed : printed && ` ${printed}`;
	},
};
export const tos: Extension<TosMatch> = {
	type: "tos",
	save: [{ flag: "--tos", key: "tos", value: masked }],
	list: [{ format: " tos match{=symbol}" }, { format: " tos match{!!tos}{tos}" }],
	computed: { symbol: spacedTosSymbol },
};

/** `-m realm --realm 0xa`, listed `realm 0xa`; `cosmos` for 0 (libipt_realm). */
export interface RealmMatch extends Span {
	readonly type: "realm";
	readonly realm?: Masked;
}
export const realm: Extension<RealmMatch> = {
	type: "realm",
	save: [{ flag: "--realm", key: "realm", value: zeroNamed("cosmos") }],
	list: " {!realm}realm {realm}",
};

/** `-m cpu --cpu 0`, listed `cpu 0` (libxt_cpu). */
export interface CpuMatch extends Span {
	readonly type: "cpu";
	readonly cpu?: NumberValue;
}
export const cpu: Extension<CpuMatch> = {
	type: "cpu",
	save: [{ flag: "--cpu", key: "cpu", value: number }],
	list: " cpu {!cpu}{cpu}",
};

/** `-m cgroup --cgroup 1`, `--path "/user"`, listed `cgroup 1` (libxt_cgroup). */
export interface CgroupMatch extends Span {
	readonly type: "cgroup";
	readonly cgroup?: NumberValue;
	readonly path?: Text;
}
export const cgroup: Extension<CgroupMatch> = {
	type: "cgroup",
	save: [
		{ flag: "--path", key: "path", value: quoted },
		{ flag: "--cgroup", key: "cgroup", value: number },
	],
	list: [{ format: " cgroup {!cgroup}{cgroup}" }, { format: " cgroup {!path}{path}" }],
	listValues: { path: listText(/[^ \t]+/y) },
};

const group = zeroNamed("default");

/** `-m devgroup --src-group 0x17`, listed `src-group 0x17`; `default` for 0 (libxt_devgroup). */
export interface DevgroupMatch extends Span {
	readonly type: "devgroup";
	readonly source?: Masked;
	readonly destination?: Masked;
}
export const devgroup: Extension<DevgroupMatch> = {
	type: "devgroup",
	save: [
		{ flag: "--src-group", key: "source", value: group },
		{ flag: "--dst-group", key: "destination", value: group },
	],
	list: "[ {!source}src-group {source}][ {!destination}dst-group {destination}]",
};

/** `-m nfacct --nfacct-name  test`, listed `nfacct-name  test`: both with two blanks (libxt_nfacct). */
export interface NfacctMatch extends Span {
	readonly type: "nfacct";
	readonly name?: Name;
}
export const nfacct: Extension<NfacctMatch> = {
	type: "nfacct",
	save: [{ flag: "--nfacct-name", key: "name", value: name, gap: "  " }],
	list: " nfacct-name  {name}",
};

/** `-m cluster --cluster-local-nodemask 0x2 --cluster-total-nodes 2 --cluster-hash-seed 0xfeed` (libxt_cluster). */
export interface ClusterMatch extends Span {
	readonly type: "cluster";
	readonly nodeMask?: NumberValue;
	readonly totalNodes?: NumberValue;
	readonly hashSeed?: NumberValue;
}
export const cluster: Extension<ClusterMatch> = {
	type: "cluster",
	save: [
		{ flag: "--cluster-local-nodemask", key: "nodeMask", value: number },
		{ flag: "--cluster-total-nodes", key: "totalNodes", value: number },
		{ flag: "--cluster-hash-seed", key: "hashSeed", value: number },
	],
	list: " cluster {!!nodeMask}node_mask={nodeMask} total_nodes={totalNodes} hash_seed={hashSeed}",
};

/** `-p tcp -m osf --genre Linux --ttl 0 --log 1`, listed `OS fingerprint match Linux` (libxt_osf). */
export interface OsfMatch extends Span {
	readonly type: "osf";
	readonly genre?: Name;
	/** 0–2, how the TTL is compared; a list does not print it. */
	readonly ttl?: NumberValue;
	/** 0–2, what is logged; a list does not print it. */
	readonly log?: NumberValue;
}
export const osf: Extension<OsfMatch> = {
	type: "osf",
	save: [
		{ flag: "--genre", key: "genre", value: name },
		{ flag: "--ttl", key: "ttl", value: number },
		{ flag: "--log", key: "log", value: number },
	],
	list: " OS fingerprint match {!genre}{genre}",
	unlisted: ["ttl", "log"],
};
