import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type AddressRange,
	addressRange,
	type Codec,
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
	/** A number, a range, or without `-n` a user's name. */
	readonly user?: Name;
	readonly group?: Name;
	readonly socketExists?: Toggle;
	readonly supplementaryGroups?: Toggle;
}
export const owner: Extension<OwnerMatch> = {
	type: "owner",
	save: [
		{ flag: "--socket-exists", key: "socketExists", value: toggle },
		{ flag: "--uid-owner", key: "user", value: name },
		{ flag: "--gid-owner", key: "group", value: name },
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

/** `-m policy --dir in --pol ipsec --reqid 1 --proto esp`, listed `policy match dir in pol ipsec …`. */
export interface PolicyMatch extends Span {
	readonly type: "policy";
	readonly direction?: Name;
	/** `ipsec` or `none`. */
	readonly policy?: Name;
	readonly strict?: Toggle;
	readonly requestId?: NumberValue;
	readonly spi?: NumberValue;
	/** A list with `-n` prints the number. */
	readonly protocol?: Name;
	readonly mode?: Name;
	readonly tunnelDestination?: Network;
	readonly tunnelSource?: Network;
}
export const policy: Extension<PolicyMatch> = {
	type: "policy",
	save: [
		{ flag: "--dir", key: "direction", value: name },
		{ flag: "--pol", key: "policy", value: name },
		{ flag: "--strict", key: "strict", value: toggle },
		{ flag: "--reqid", key: "requestId", value: number },
		{ flag: "--spi", key: "spi", value: number },
		{ flag: "--proto", key: "protocol", value: name },
		{ flag: "--mode", key: "mode", value: name },
		{ flag: "--tunnel-dst", key: "tunnelDestination", value: network },
		{ flag: "--tunnel-src", key: "tunnelSource", value: network },
	],
	list: " policy match dir {direction} pol {policy}[ strict{?strict}][ {!requestId}reqid {requestId}][ {!spi}spi {spi}][ {!protocol}proto {protocol}][ {!mode}mode {mode}][ {!tunnelDestination}tunnel-dst {tunnelDestination}][ {!tunnelSource}tunnel-src {tunnelSource}]",
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
export const tos: Extension<TosMatch> = {
	type: "tos",
	save: [{ flag: "--tos", key: "tos", value: masked }],
	list: [{ format: " tos match {=symbol}" }, { format: " tos match{!!tos}{tos}" }],
	computed: { symbol: tosSymbol },
};

/** `-m string --string "GET /" --algo bm`, listed `STRING match  "GET /" ALGO name bm` (libxt_string). */
export interface StringMatch extends Span {
	readonly type: "string";
	readonly string?: Text;
	readonly hex?: Text;
	readonly algorithm?: Name;
	readonly from?: NumberValue;
	readonly to?: NumberValue;
	readonly ignoreCase?: Toggle;
}
/** `STRING match  "GET /" ALGO …`: two blanks, the first of which a negation turns into one and a `!`. */
const upToAlgorithm = (pattern: RegExp): Codec<Text> => ({
	kind: "text",
	ownNegation: true,
	pattern,
	read: (printed, start) => {
		const value = printed.replace(/^!?[ \t]*"/, "");
		const end = start + printed.length;
		const negated = printed.startsWith("!") && { negated: true as const };
		return { value, ...negated, start: end - value.length, end };
	},
	print: ({ value, negated }) => `${negated ? "!" : ""} "${value}`,
});
export const string: Extension<StringMatch> = {
	type: "string",
	save: [
		{ flag: "--string", key: "string", value: quoted },
		{ flag: "--hex-string", key: "hex", value: quoted },
		{ flag: "--algo", key: "algorithm", value: name },
		{ flag: "--from", key: "from", value: number },
		{ flag: "--to", key: "to", value: number },
		{ flag: "--icase", key: "ignoreCase", value: toggle },
	],
	list: ["hex", "string"].map((key) => ({
		format: ` STRING match {${key}}" ALGO name {algorithm}[ FROM {from}][ TO {to}][ ICASE{?ignoreCase}]`,
	})),
	listValues: {
		string: upToAlgorithm(/!?[ \t]*"[\s\S]*?(?=" ALGO name )/y),
		hex: upToAlgorithm(/!?[ \t]*"\|[\s\S]*?(?=" ALGO name )/y),
	},
};

/** `-m realm --realm 0xa`, listed `realm 0xa` (libipt_realm). */
export interface RealmMatch extends Span {
	readonly type: "realm";
	readonly realm?: Masked;
}
export const realm: Extension<RealmMatch> = {
	type: "realm",
	save: [{ flag: "--realm", key: "realm", value: masked }],
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

/** `-m devgroup --src-group 0x17`, listed `src-group 0x17` (libxt_devgroup). */
export interface DevgroupMatch extends Span {
	readonly type: "devgroup";
	readonly source?: Masked;
	readonly destination?: Masked;
}
export const devgroup: Extension<DevgroupMatch> = {
	type: "devgroup",
	save: [
		{ flag: "--src-group", key: "source", value: masked },
		{ flag: "--dst-group", key: "destination", value: masked },
	],
	list: "[ {!source}src-group {source}][ {!destination}dst-group {destination}]",
};

/** `-m u32 --u32 "0x6&0xff=0x1"`, listed `u32 "0x6&0xff=0x1"` (libxt_u32). */
export interface U32Match extends Span {
	readonly type: "u32";
	readonly expression?: Text;
}
export const u32: Extension<U32Match> = {
	type: "u32",
	save: [{ flag: "--u32", key: "expression", value: quoted }],
	list: ' u32 {!expression}"{expression}"',
	listValues: { expression: listText(/[^"]*/y) },
};

/** `-m time --timestart 09:00:00 --timestop 17:00:00`, listed `TIME from 09:00:00 to 17:00:00 UTC` (libxt_time). */
export interface TimeMatch extends Span {
	readonly type: "time";
	readonly timeStart?: Name;
	readonly timeStop?: Name;
	/** Mon, Tue … */
	readonly weekdays?: NameList;
	/** In the save form `1`, in a list `1st`. */
	readonly monthDays?: NameList;
	/** `2026-01-01T00:00:00` */
	readonly dateStart?: Name;
	readonly dateStop?: Name;
	readonly contiguous?: Toggle;
	/** The save form of a kernel's own time zone. */
	readonly kernelZone?: Toggle;
	/** What a list says in the other case: UTC. */
	readonly utc?: Toggle;
}
const listedDate: typeof name = {
	...name,
	pattern: /\d+-\d\d-\d\d[ T]\d\d:\d\d:\d\d/y,
	read: (printed, start) => ({
		value: printed.replace(" ", "T"),
		start,
		end: start + printed.length,
	}),
	print: ({ value }) => value.replace("T", " "),
};
export const time: Extension<TimeMatch> = {
	type: "time",
	save: [
		{ flag: "--timestart", key: "timeStart", value: name },
		{ flag: "--timestop", key: "timeStop", value: name },
		{ flag: "--monthdays", key: "monthDays", value: nameList() },
		{ flag: "--weekdays", key: "weekdays", value: nameList() },
		{ flag: "--datestart", key: "dateStart", value: name },
		{ flag: "--datestop", key: "dateStop", value: name },
		{ flag: "--kerneltz", key: "kernelZone", value: toggle },
		{ flag: "--contiguous", key: "contiguous", value: toggle },
	],
	list: " TIME[ from {timeStart} to {timeStop}][ on {weekdays}][ on {monthDays}][ starting from {dateStart}][ until date {dateStop}][ UTC{?utc}][ contiguous{?contiguous}]",
	listValues: {
		weekdays: nameList(/[A-Z][a-z]{2}(?:,[A-Z][a-z]{2})*/y),
		monthDays: nameList(/\d+[a-z]{2}(?:,\d+[a-z]{2})*/y),
		dateStart: listedDate,
		dateStop: listedDate,
	},
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
