/**
 * The words of `-d` details, by what follows each. One table for all kinds of link: no word means a number
 * with one kind and stands alone with another. Source: `print_linkinfo` and the `print_opt` functions of
 * iproute2's `ip/iplink_*.c` and `ip/link_*.c`, 2.6.39 to 7.1.
 */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Words that stand alone; the last two lines are the modes of tunnels and of ipvlan. */
export const FLAGS: readonly string[] = words(`
	external vnifilter nolearning proxy rsc l2miss l3miss gbp gpe localbypass nolocalbypass
	udpcsum noudpcsum udp6zerocsumtx noudp6zerocsumtx udp6zerocsumrx noudp6zerocsumrx
	udp_csum no_udp_csum udp_zero_csum6_tx no_udp_zero_csum6_tx udp_zero_csum6_rx no_udp_zero_csum6_rx
	remcsum_tx remcsum_rx innerprotoinherit nopromisc one_queue multi_queue
	pmtudisc nopmtudisc ignore-df noignore-df iseq oseq icsum ocsum encap-csum noencap-csum
	encap-csum6 noencap-csum6 encap-remcsum noencap-remcsum collect_metadata jited
	any ip6ip6 ipip6 ip6ip ipip mplsip
	bridge private vepa
`);

/** Words with two values. */
export const PAIRS: readonly string[] = words("srcport port");

/** Words with one value. */
export const VALUES: readonly string[] = words(`
	promiscuity allmulti minmtu maxmtu addrgenmode numtxqueues numrxqueues gso_max_size gso_max_segs
	tso_max_size tso_max_segs gro_max_size gso_ipv4_max_size gro_ipv4_max_size portname portid switchid
	parentbus parentdev protodown protodown_reason new-netns new-netnsid new-ifindex
	netns-immutable headroom tailroom max_pacing_offload_horizon
	forward_delay hello_time max_age ageing_time stp_state stp_mode priority vlan_filtering vlan_protocol
	bridge_id designated_root root_port root_path_cost topology_change topology_change_detected
	hello_timer tcn_timer topology_change_timer gc_timer fdb_n_learned fdb_max_learned vlan_default_pvid
	vlan_stats_enabled vlan_stats_per_port group_fwd_mask group_address mcast_snooping no_linklocal_learn
	mcast_vlan_snooping mst_enabled fdb_local_vlan_0 mcast_router mcast_query_use_ifaddr mcast_querier
	mcast_hash_elasticity mcast_hash_max mcast_last_member_count mcast_startup_query_count
	mcast_last_member_interval mcast_membership_interval mcast_querier_interval mcast_query_interval
	mcast_query_response_interval mcast_startup_query_interval mcast_stats_enabled mcast_igmp_version
	mcast_mld_version nf_call_iptables nf_call_ip6tables nf_call_arptables
	cost hairpin guard root_block fastleave learning flood port_id port_no designated_port designated_cost
	designated_bridge hold_timer message_age_timer forward_delay_timer topology_change_ack config_pending
	proxy_arp proxy_arp_wifi mcast_fast_leave mcast_flood bcast_flood mcast_to_unicast neigh_suppress
	neigh_vlan_suppress group_fwd_mask_str vlan_tunnel isolated locked mab backup_port backup_nhid
	mcast_max_groups mcast_n_groups
	id remote local dev dstport tos ttl df flowlabel ageing maxaddr label_policy protocol reserved_bits
	inner_proto_inherit ethertype srcportmin multiproto
	bcqueuelen usedbcqueuelen bclim
	active_slave miimon updelay downdelay peer_notify_delay use_carrier arp_interval arp_missed_max
	arp_ip_target ns_ip6_target arp_validate arp_all_targets primary primary_reselect fail_over_mac
	xmit_hash_policy resend_igmp num_grat_arp num_unsol_na all_slaves_active min_links lp_interval
	packets_per_slave lacp_active lacp_rate lacp_strict ad_select ad_aggregator ad_num_ports ad_actor_key
	ad_partner_key ad_partner_mac ad_actor_sys_prio ad_user_port_key ad_actor_system tlb_dynamic_lb
	coupled_control broadcast_neighbor mii_status link_failure_count perm_hwaddr queue_id prio
	ad_aggregator_id ad_actor_oper_port_state ad_actor_oper_port_state_str ad_partner_oper_port_state
	ad_partner_oper_port_state_str churn_actor_state churn_partner_state actor_port_prio
	hoplimit encaplimit tclass ikey okey fwmark erspan_ver erspan_index erspan_dir erspan_hwid encap
	encap-sport encap-dport 6rd-prefix 6rd-relay_prefix
	type pi vnet_hdr numqueues numdisabled persist user
	table sci protect cipher icvlen encodingsa validate encrypt send_sci end_station scb replay window offload
	slave1 slave2 interlink sequence supervision proto version
	if_id policy scrub conduit
	name tag
`);

/** Words of `{ 1:2 3:4 }`. */
export const MAPS: readonly string[] = words("ingress-qos-map egress-qos-map");

/** Words whose value is a name, whatever it looks like: a device may be called `7` or `10.0.0.1`. */
export const NAMED: ReadonlySet<string> = new Set(
	words("dev active_slave primary slave1 slave2 interlink backup_port conduit user sci name tag"),
);

/** Kinds of link, for texts of iproute2 before 3.8, where `-d` shows in nothing but the line of the kind. */
export const KINDS: ReadonlySet<string> = new Set(
	words(`
		amt bareudp batadv bond bond_slave bridge bridge_slave can dsa dummy erspan geneve gre gretap gtp hsr
		ifb ip6erspan ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap ip_vti macsec macvlan macvtap netdevsim
		netkit nlmon openvswitch openvswitch_slave ovpn prog/xdp rmnet sit team team_slave tun vcan veth vlan
		vrf vrf_slave vti vti6 vxcan vxlan wireguard wwan xfrm
	`),
);

/** Kinds that have no other end and no device below, so that an `@` is part of the name. */
export const PEERLESS: ReadonlySet<string> = new Set(
	words("bond bridge dummy ifb nlmon openvswitch team vcan vrf wireguard"),
);
