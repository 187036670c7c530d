import { baseName } from "./commands.ts";
import type { PassedOver } from "./dump.ts";
import { readFileName } from "./filename.ts";

/** A format that is known by sight, but has no parser. */
interface UnreadFormat {
	readonly title: string;
	/** The words of the command, joined by `_`, as names of files have them. */
	readonly name: RegExp;
	/** A line that only this format begins with. */
	readonly header?: RegExp;
	/** How most lines look. */
	readonly rows?: RegExp;
}

/** `ip -4 -d route`; names of files have no dashes. */
const ip = (words: string): RegExp =>
	new RegExp(`(?:^|_)ip_(?:(?:[046sdNc]+|o|br|details|stats|oneline|resolve|color)_)*(?:${words})(?:_|$)`);
const bridge = (word: string): RegExp => new RegExp(`(?:^|_)bridge_(?:[a-z]{1,7}_)*${word}(?:_|$)`);
const program = (words: string): RegExp => new RegExp(`(?:^|_)(?:${words})(?:_|$)`);

/** Names come before lines, and what is more special before what is less. */
const formats: readonly UnreadFormat[] = [
	{
		title: "a file of /proc/net",
		name: /(?:^|_)proc(?:_\d+|_self)?_net_/,
		header: /^\s*sl\s+local_address|^Inter-\|\s+Receive|^Iface\tDestination|^IP address\s+HW type/,
	},
	{ title: "ip tunnel, nexthop or vrf", name: ip("tunnel|tuntap|nexthop|vrf") },
	{ title: "ip netns list-id", name: ip("netns_list_id"), rows: /^nsid \d+/ },
	{
		title: "JSON of ip or bridge",
		name: /(?:^|_)(?:ip|bridge)_(?:\w+_)?(?:j|json)(?:_|$)/,
		header: /^\[\{"(?:ifindex|ifname|dst|mac|priority|name)":|^\[ \{$/,
	},
	{ title: "bridge mdb", name: bridge("mdb"), rows: /^dev \S+ port \S+ grp / },
	{
		title: "netstat -g",
		name: /^netstat_(?:\w+_)?[a-z]*g[a-z]*$/,
		header: /^IPv6\/IPv4 Group Memberships/,
	},
	{
		title: "nft list ruleset",
		name: program("nft"),
		header: /^table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{/,
	},
	{
		title: "ipset list",
		name: program("ipset"),
		header: /^Type: (?:hash|bitmap|list):|^create \S+ (?:hash|bitmap|list):/,
	},
	{ title: "ebtables", name: program("ebtables|arptables"), header: /^Bridge (?:table|chain): / },
	{ title: "tc", name: program("tc"), rows: /^(?:qdisc|class|filter) \S+/ },
	{
		title: "ethtool",
		name: program("ethtool"),
		header:
			/^(?:Settings for \S+:|driver: |NIC statistics:|Features for \S+:|(?:Ring|Channel|Coalesce|Pause) parameters for )/,
	},
	{ title: "arp", name: program("arp"), header: /^Address\s+HWtype\s/, rows: /^\S+ \([\d.]+\) at / },
	{
		title: "docker images",
		name: program("docker_(?:images|image_ls)"),
		header: /^REPOSITORY\s+TAG\s+IMAGE ID/,
	},
	{ title: "docker image inspect", name: program("docker_image_inspect"), header: /^\s*"RepoTags"\s*:/ },
	{
		title: "docker stats",
		name: program("docker_stats"),
		header: /^CONTAINER ID\s+NAME\s+CPU %/,
	},
	{ title: "Open vSwitch", name: program("ovs_(?:vsctl|ofctl|appctl|dpctl)") },
	{ title: "conntrack -S", name: program("conntrack_S") },
	{ title: "lsns", name: program("lsns"), header: /^\s+NS TYPE\s+NPROCS\s+PID / },
	{ title: "docker stack ls", name: program("docker_stack_ls"), header: /^NAME\s+SERVICES(?:\s|$)/ },
];

/** Why a format that has no parser was passed over. */
export const UNREAD: string = "netfossil does not read this format yet";

/** What a shell or a tool says instead of an answer; it is all that the file holds. */
const FAILURE =
	/: command not found$|^exec of "\S+" failed: |No such file or directory$|Permission denied|Operation not (?:permitted|supported)$|^(?:Error|Cannot connect to the Docker daemon|Object "\w+" is unknown)\b/;

/** The message of a command that failed, if lines hold nothing else. */
export function failureOf(lines: readonly string[]): string | undefined {
	const filled = lines.filter((line) => line.trim() !== "");
	return filled.length > 3 ? undefined : filled.find((line) => FAILURE.test(line.trim()))?.trim();
}

/** A file that holds nothing but the message of a command that failed. */
export function failureIn(path: string, lines: readonly string[]): PassedOver | undefined {
	const reason = failureOf(lines);
	return reason === undefined
		? undefined
		: { type: "file", file: path, what: "the message of a command that failed", reason };
}

/** How many lines are looked at: a header stands at the top, and rows look alike. */
const PROBED_LINES = 40;

/** The format of a file that no kind describes, by its name or its lines. */
export function unreadFile(path: string, lines: readonly string[]): PassedOver | undefined {
	const inProc = /(?:^|\/)proc\/(?:(?:\d+|self)\/)?net\/\w+$/.exec(path)?.[0];
	const name = wordsOf(inProc ?? readFileName(path).name);
	const filled = lines.filter((line) => line.trim() !== "").slice(0, PROBED_LINES);
	const format =
		formats.find((each) => looksLike(each, filled)) ?? formats.find((each) => each.name.test(name));
	return format && { type: "file", file: path, what: format.title, reason: UNREAD };
}

/** The format that a command prints which no kind describes. */
export function unreadCommand([first = "", ...rest]: readonly string[]): string | undefined {
	const program = baseName(first);
	const name = wordsOf([program, ...rest].join(" "));
	// Of `cat /proc/net/dev` the file tells, of anything else the program.
	return formats.find((each) => {
		const at = each.name.exec(name)?.index;
		return at === 0 || (at !== undefined && program === "cat");
	})?.title;
}

function wordsOf(text: string): string {
	return text.replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "");
}

function looksLike({ header, rows }: UnreadFormat, lines: readonly string[]): boolean {
	if (header !== undefined && lines.some((line) => header.test(line))) return true;
	if (rows === undefined || lines.length === 0) return false;
	return lines.filter((line) => rows.test(line)).length >= lines.length / 2;
}
