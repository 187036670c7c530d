/**
 * What `-d` prints for each kind of link, as printf formats: the words of a kind in the order printed, each with
 * what follows it. All of them may be absent, and releases have printed them in several orders.
 *
 * - `%u`: a number, or a word in its place (`inherit`, `auto`, `none`)
 * - `%a`: an IP address, `%m`: a link-layer address, or a word in its place (`any`)
 * - `%s`: a word or a name, whatever that looks like: a device may be called `7`, a switch `00154d0003`
 * - `%a,`: addresses with commas between them; `<%s>`: words in angle brackets with commas between them
 * - `{ %s }`: words in braces; `(n) %m`: as many addresses as the number says
 * - `%7.2f`: a number that is padded to seven characters
 * - nothing: the word stands alone
 *
 * A name in quotes is of two words, one in brackets stands with its values in brackets: `(flowinfo 0x42)`.
 *
 * Source: `print_linkinfo` and the `print_opt` functions of iproute2's `ip/iplink_*.c`, `ip/link_*.c`,
 * `ip/iptuntap.c` and `ip/ipmacsec.c`, 2.6.39 to 7.1.
 */
export type Conversion =
	| "%u"
	| "%a"
	| "%m"
	| "%s"
	| "%a,"
	| "<%s>"
	| "{ %s }"
	| "(n) %m"
	| "%7.2f"
	| typeof BY_SHAPE;

/** Where kinds differ in what follows a word, and the kind is not known: the shape of the value decides. */
const BY_SHAPE = "%v";

const TUNNEL = `external any ip6ip ipip mplsip remote %a local %a dev %s ttl %u tos %u pmtudisc nopmtudisc
	ignore-df noignore-df 6rd-prefix %s 6rd-relay_prefix %s ikey %a okey %a iseq oseq icsum ocsum fwmark %u
	erspan_index %u erspan_ver %u erspan_dir %s erspan_hwid %u`;
const TUNNEL6 = `external any ip6ip6 ipip6 remote %a local %a dev %s encaplimit %u hoplimit %u tclass %u
	flowlabel %u (flowinfo) %u dscp %s ikey %a okey %a iseq oseq icsum ocsum fwmark %u
	erspan_index %u erspan_ver %u erspan_dir %s erspan_hwid %u allow-localremote noallow-localremote`;
const ENCAP = `encap %s encap-sport %u encap-dport %u encap-csum noencap-csum encap-csum6 noencap-csum6
	encap-remcsum noencap-remcsum collect_metadata`;
const UDP = `udpcsum noudpcsum udp6zerocsumtx noudp6zerocsumtx udp6zerocsumrx noudp6zerocsumrx
	udp_csum no_udp_csum udp_zero_csum6_tx no_udp_zero_csum6_tx udp_zero_csum6_rx no_udp_zero_csum6_rx`;
const MACVLAN = `mode %s nopromisc bcqueuelen %u usedbcqueuelen %u bclim %u (remotes) (n) %m`;
const PROGRAM = `id %u name %s tag %s jited load_time %u created_by_uid %u btf_id %u`;

/** The kinds, and with `_slave` those of ports, in the order of the alphabet. */
export const KINDS: Readonly<Record<string, string>> = {
	amt: `gateway relay mode %s gateway_port %u relay_port %u local %a remote %a discovery %a dev %s max_tunnels %u`,
	bareudp: `dstport %u ethertype %s srcportmin %u multiproto nomultiproto`,
	batadv: `ra %s`,
	bond: `mode %s active_slave %s miimon %u updelay %u downdelay %u peer_notify_delay %u use_carrier %u
		arp_interval %u arp_missed_max %u arp_ip_target %a, ns_ip6_target %a, arp_validate %u arp_all_targets %u
		primary %s primary_reselect %u fail_over_mac %u xmit_hash_policy %s resend_igmp %u num_grat_arp %u
		num_unsol_na %u all_slaves_active %u min_links %u lp_interval %u packets_per_slave %u lacp_active %s
		lacp_rate %s lacp_strict %s coupled_control %s broadcast_neighbor %s ad_select %s ad_aggregator %u
		ad_num_ports %u ad_actor_key %u ad_partner_key %u ad_partner_mac %m ad_actor_sys_prio %u
		ad_user_port_key %u ad_actor_system %m tlb_dynamic_lb %u`,
	bond_slave: `state %s mii_status %s link_failure_count %u perm_hwaddr %m queue_id %u prio %u
		ad_aggregator_id %u ad_actor_oper_port_state %u ad_actor_oper_port_state_str <%s>
		ad_partner_oper_port_state %u ad_partner_oper_port_state_str <%s> churn_actor_state %s
		churn_partner_state %s actor_port_prio %u`,
	bridge: `forward_delay %u hello_time %u max_age %u ageing_time %u stp_state %u stp_mode %s priority %u
		vlan_filtering %u vlan_protocol %s bridge_id %s designated_root %s root_port %u root_path_cost %u
		topology_change %u topology_change_detected %u hello_timer %7.2f tcn_timer %7.2f
		topology_change_timer %7.2f gc_timer %7.2f fdb_n_learned %u fdb_max_learned %u vlan_default_pvid %u
		vlan_stats_enabled %u vlan_stats_per_port %u group_fwd_mask %u group_address %m mcast_snooping %u
		no_linklocal_learn %u mcast_vlan_snooping %u mst_enabled %u fdb_local_vlan_0 %u mcast_router %u
		mcast_query_use_ifaddr %u mcast_querier %u mcast_hash_elasticity %u mcast_hash_max %u
		mcast_last_member_count %u mcast_startup_query_count %u mcast_last_member_interval %u
		mcast_membership_interval %u mcast_querier_interval %u mcast_query_interval %u
		mcast_query_response_interval %u mcast_startup_query_interval %u mcast_stats_enabled %u
		mcast_igmp_version %u mcast_mld_version %u nf_call_iptables %u nf_call_ip6tables %u
		nf_call_arptables %u`,
	bridge_slave: `state %s priority %u cost %u hairpin %s guard %s root_block %s fastleave %s learning %s
		flood %s port_id %u port_no %u designated_port %u designated_cost %u designated_bridge %s
		designated_root %s hold_timer %7.2f message_age_timer %7.2f forward_delay_timer %7.2f
		topology_change_ack %u config_pending %u proxy_arp %s proxy_arp_wifi %s mcast_router %u
		mcast_fast_leave %s mcast_flood %s bcast_flood %s mcast_to_unicast %s neigh_suppress %s
		neigh_vlan_suppress %s group_fwd_mask %u group_fwd_mask_str %s vlan_tunnel %s isolated %s locked %s
		mab %s backup_port %s backup_nhid %u mcast_max_groups %u mcast_n_groups %u`,
	can: `state %s (berr-counter) %u %u restart-ms %u bitrate %u sample-point %u tq %u prop-seg %u phase-seg1 %u
		phase-seg2 %u sjw %u brp %u tseg1 %s tseg2 %s brp-inc %u dbitrate %u dsample-point %u dtq %u
		dprop-seg %u dphase-seg1 %u dphase-seg2 %u dsjw %u dbrp %u dtseg1 %s dtseg2 %s dbrp-inc %u
		termination %u clock %u`,
	dsa: `conduit %s`,
	dummy: ``,
	erspan: `${TUNNEL} ${ENCAP}`,
	geneve: `external id %u remote %a ttl %u tos %u df %s flowlabel %u dstport %u port %u %u innerprotoinherit
		inner_proto_inherit %u gro_hint ${UDP}`,
	gre: `${TUNNEL} ${ENCAP}`,
	gretap: `${TUNNEL} ${ENCAP}`,
	gtp: `role %s hsize %u restart_count %u`,
	hsr: `slave1 %s slave2 %s interlink %s sequence %u supervision %m proto %u version %u`,
	ifb: ``,
	ip6erspan: `${TUNNEL6} ${ENCAP}`,
	ip6gre: `${TUNNEL6} ${ENCAP}`,
	ip6gretap: `${TUNNEL6} ${ENCAP}`,
	ip6tnl: `${TUNNEL6} ${ENCAP}`,
	ip_vti: `${TUNNEL}`,
	ipip: `${TUNNEL} ${ENCAP}`,
	ipoib: `pkey %u mode %s umcast %u`,
	ipvlan: `mode %s bridge private vepa`,
	ipvtap: `mode %s bridge private vepa`,
	macsec: `sci %s protect %s cipher %s icvlen %u encodingsa %u validate %s encrypt %s send_sci %s
		end_station %s scb %s replay %s window %u offload %s`,
	macvlan: MACVLAN,
	macvtap: MACVLAN,
	netdevsim: ``,
	netkit: `mode %s type %s policy %s 'peer policy' %s scrub %s 'peer scrub' %s headroom %u tailroom %u`,
	nlmon: ``,
	openvswitch: ``,
	openvswitch_slave: ``,
	ovpn: `mode %s`,
	"prog/xdp": PROGRAM,
	"prog/xdpdrv": PROGRAM,
	"prog/xdpgeneric": PROGRAM,
	"prog/xdpoffload": PROGRAM,
	rmnet: `mux_id %u`,
	sit: `${TUNNEL} ${ENCAP}`,
	team: ``,
	team_slave: ``,
	tun: `type %s one_queue pi %s vnet_hdr %s multi_queue numqueues %u numdisabled %u persist %s user %s group %s`,
	vcan: ``,
	veth: ``,
	virt_wifi: ``,
	vlan: `protocol %s id %u ingress-qos-map { %s } egress-qos-map { %s }`,
	vrf: `table %u`,
	vrf_slave: `table %u`,
	vti: TUNNEL,
	vti6: TUNNEL6,
	vxcan: ``,
	vxlan: `external vnifilter id %u group %a remote %a local %a dev %s srcport %u %u port %u %u dstport %u nolearning
		proxy rsc l2miss l3miss tos %u ttl %u df %s flowlabel %u label_policy %s ageing %u maxaddr %u remcsum_tx
		remcsum_rx remcsumtx remcsumrx gbp gpe reserved_bits %u localbypass nolocalbypass mcroute ${UDP}`,
	wireguard: ``,
	wwan: `linkid %u`,
	xfrm: `if_id %u dev %s external`,
};

/** The words of the link line, and those that stand behind the details of any kind. */
const COMMON = `promiscuity %u allmulti %u minmtu %u maxmtu %u addrgenmode %s numtxqueues %u numrxqueues %u
	gso_max_size %u gso_max_segs %u tso_max_size %u tso_max_segs %u gro_max_size %u gso_ipv4_max_size %u
	gro_ipv4_max_size %u portname %s portid %s switchid %s parentbus %s parentdev %s protodown %s
	protodown_reason <%s> new-netns %s new-netnsid %u new-ifindex %u netns-immutable %s headroom %u
	tailroom %u max_pacing_offload_horizon %u`;

/** An attribute: its word, and what follows it. */
export type Format = readonly Conversion[];
type Formats = ReadonlyMap<string, Format>;

function formats(text: string): Map<string, Format> {
	const found = new Map<string, Conversion[]>();
	let last: Conversion[] = [];
	for (const [piece] of text.matchAll(/\{ %s \}|\(n\) %m|'[^']+'|\S+/g)) {
		if (/^(?:%|<|\{|\(n\))/.test(piece)) last.push(piece as Conversion);
		else {
			last = [];
			// What stands in brackets is no word by itself.
			if (!piece.startsWith("(")) found.set(piece.replaceAll("'", ""), last);
		}
	}
	return found;
}

/** What may stand on the link line. */
export const common: Formats = formats(COMMON);
const ofKind = new Map<string, Formats>(
	Object.entries(KINDS).map(([kind, text]) => [kind, new Map([...common, ...formats(text)])]),
);

/** The words of all kinds, for a kind that nobody knows: another kind's word is likely the same word. */
export const ANY_KIND: ReadonlyMap<string, Format> = (() => {
	const all = new Map<string, Format>(common);
	for (const each of ofKind.values()) {
		for (const [name, format] of each) {
			const known = all.get(name);
			const same = known === undefined || known.every((conversion, at) => conversion === format[at]);
			all.set(name, same ? format : [BY_SHAPE]);
		}
	}
	return all;
})();

/** The words that a line of details may hold, by the kind that it starts with; undefined for unknown kinds. */
export function formatsOf(kind: string): Formats | undefined {
	return ofKind.get(kind);
}

/** What follows a word: in the details of a kind, or (without one) on the link line. */
export function formatOf(kind: string | undefined, name: string): Format | undefined {
	return (kind === undefined ? undefined : ofKind.get(kind)?.get(name)) ?? ANY_KIND.get(name);
}

/**
 * The words that start a line which goes on with the details above it: `      ingress-qos-map { 1:2 }` of a
 * VLAN, `\t  bitrate 500000 sample-point 0.875 ` of a CAN interface.
 */
export const GOES_ON: ReadonlySet<string> = new Set([
	"ingress-qos-map",
	"egress-qos-map",
	"bitrate",
	"tq",
	"dbitrate",
	"dtq",
	"termination",
	"clock",
]);

/** What moves from the link line to the first one where the link line is left out (`ip -4 addr`). */
export const ON_HEAD: ReadonlySet<string> = new Set([
	"new-netns",
	"new-netnsid",
	"new-ifindex",
	"protodown",
	"protodown_reason",
]);

/** Kinds that have no other end and no device below, so that an `@` is part of the name. */
export const PEERLESS: ReadonlySet<string> = new Set([
	"bond",
	"bridge",
	"dummy",
	"ifb",
	"nlmon",
	"openvswitch",
	"team",
	"vcan",
	"vrf",
	"wireguard",
]);
