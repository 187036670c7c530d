/** The formats that netfossil knows, by the names of the contract. */
export type KindName =
	| "iptables-list"
	| "iptables-save"
	| "ipvsadm-list"
	| "ipvsadm-save"
	| "ip-address"
	| "ip-netns"
	| "netns-ls"
	| "docker-network-ls"
	| "docker-network-inspect"
	| "docker-ps"
	| "docker-inspect"
	| "docker-service-ls"
	| "docker-service-ps"
	| "docker-service-inspect"
	| "netstat"
	| "tcpdump";
