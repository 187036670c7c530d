import type { Place } from "./dump.ts";
import type { KindName } from "./kinds.ts";
import { readCommands, type SimpleCommand } from "./shell.ts";

/** Where a command ran, as far as the command line itself says so. */
export interface Target {
	/** Absent for a command that says nothing of its place: it ran where its shell was. */
	readonly place?: Place;
	/** The host, for `ssh HOST` and `docker-machine ssh HOST`. */
	readonly host?: string;
	/** The words that say so: `ip netns exec ingress_sbox`. */
	readonly said?: string;
	/** The container is new and nothing names it; `place` calls it after its image. */
	readonly unnamed?: true;
	/** The word that the shell put something else for, so that nobody knows the place: `$n`. */
	readonly unknown?: string;
}

/** One simple command of a command line, understood. */
export interface Action {
	readonly target: Target;
	/** What ran there; empty when a shell was opened there. */
	readonly words: readonly string[];
	/** Whether what follows on the terminal is a shell at the target. */
	readonly opensShell: boolean;
	readonly command: SimpleCommand;
}

const SHELLS = new Set(["sh", "bash", "ash", "zsh", "dash", "-sh", "-bash", "su"]);

/** The simple commands of a line, each with where it ran and what it was; none for what no shell would take. */
export function readActions(line: string): Action[] {
	return (readCommands(line) ?? []).map(readAction);
}

/** Understands one simple command. */
export function readAction(command: SimpleCommand): Action {
	let words = plainWords(command.words);
	let target: Target = {};
	let entered = false;
	let interactive = true;
	for (;;) {
		const step = enter(words);
		if (step === undefined) break;
		entered = true;
		interactive = step.interactive;
		// Going from a container into a namespace leaves nothing of the container's network: the last step counts.
		target = { ...target, ...step.target, ...unknownIn(step.target) };
		words = plainWords(step.words);
	}
	const shell = words.length === 0 || isShell(words);
	const opensShell = shell && interactive && (entered || words.length > 0) && command.pipes.length === 0;
	return { target, words: opensShell ? [] : words, opensShell, command };
}

/** The part of a target that a shell put in: nothing tells what `$n` was. */
function unknownIn({ place, host }: Target): Pick<Target, "unknown"> {
	const name = place?.type === "netns" ? place.name : place?.type === "container" ? place.id : "";
	const word = [host ?? "", name.replace(/^pid-/, "")].find((each) => /[$`]/.test(each));
	return word === undefined ? {} : { unknown: word };
}

/** `sh`, `bash -l`, `su - root`, `sudo -i`; not `sh -c "…"` nor a script. */
function isShell(words: readonly string[]): boolean {
	const [program = "", ...rest] = words;
	if (program === "su") return true;
	return (
		SHELLS.has(baseName(program)) && rest.every((word) => /^-[a-z-]+$/.test(word) && !/^-\w*c/.test(word))
	);
}

/** The words without what only changes the user, the environment or the timing. */
function plainWords(words: readonly string[]): string[] {
	let rest = [...words];
	for (;;) {
		const first = baseName(rest[0] ?? "");
		if (
			/^\w+=/.test(rest[0] ?? "") ||
			(rest.length > 1 && /^(?:do|then|else|if|while|until|!)$/.test(first))
		) {
			rest = rest.slice(1);
		} else if (first === "sudo") {
			const { options, operands } = splitOptions(
				rest.slice(1),
				/^-[ABbEeHnPSks]+$|^--(?:preserve-env|login|shell)$/,
			);
			// `sudo -i` and `sudo -s` open a shell.
			if (operands.length === 0 && options.some((option) => /^-\w*[is]/.test(option))) return ["sh"];
			rest = operands;
		} else if (["time", "env", "nohup", "command", "exec", "winpty"].includes(first) && rest.length > 1) {
			rest = rest.slice(1);
		} else if (first === "timeout" && rest.length > 2) {
			rest = rest.slice(2);
		} else {
			return rest;
		}
	}
}

interface Step {
	readonly target: Target;
	readonly words: readonly string[];
	readonly interactive: boolean;
}

/** What a command that runs another one elsewhere says: where, and the other one. */
function enter(words: readonly string[]): Step | undefined {
	const [program = "", ...rest] = words;
	switch (baseName(program)) {
		case "ip":
			return enterByIp(rest);
		case "nsenter":
			return enterNamespace(rest);
		case "docker":
		case "podman":
		case "nerdctl":
			return enterContainer(baseName(program), rest);
		case "docker-machine":
			if (rest[0] !== "ssh" || rest[1] === undefined) return undefined;
			return enterHost(`docker-machine ssh ${rest[1]}`, rest[1], rest.slice(2));
		case "ssh": {
			const { operands } = splitOptions(rest, /^-[1246AaCfGgKkMNnqsTtVvXxYy]+$/);
			const [where, ...remote] = operands;
			if (where === undefined) return undefined;
			return enterHost(`ssh ${where}`, where.replace(/^.*@/, ""), remote);
		}
		default:
			return undefined;
	}
}

function enterHost(said: string, host: string, words: readonly string[]): Step {
	// What ssh was given as several words the remote shell reads as one line.
	const remote = words.length === 1 ? (readCommands(words[0]!)?.[0]?.words ?? words) : words;
	return { target: { host, place: { type: "host" }, said }, words: remote, interactive: words.length === 0 };
}

/** `ip netns exec NS …`, `ip -n NS …` */
function enterByIp(rest: readonly string[]): Step | undefined {
	const short = rest.findIndex((word) => /^-n(?:etns)?$/.test(word));
	if (
		short !== -1 &&
		rest[short + 1] !== undefined &&
		rest.slice(0, short).every((word) => word.startsWith("-"))
	) {
		const name = rest[short + 1]!;
		const words = ["ip", ...rest.slice(0, short), ...rest.slice(short + 2)];
		return { ...netns(name, `ip ${rest[short]} ${name}`), words, interactive: false };
	}
	const [object = "", verb, name, ...words] = rest;
	if (!/^netn?s?$/.test(object) || verb !== "exec" || name === undefined) return undefined;
	return { ...netns(baseName(name), `ip netns exec ${name}`), words, interactive: isShell(words) };
}

function netns(name: string, said: string): { target: Target } {
	return { target: { place: { type: "netns", name }, said } };
}

/** `nsenter --net=/var/run/docker/netns/NS …`, `nsenter -t PID -n …` */
function enterNamespace(rest: readonly string[]): Step | undefined {
	const flags =
		/^-[amuipnUCTrFZ]+$|^--(?:all|mount|uts|ipc|net|pid|user|cgroup|time|preserve-credentials|no-fork|root|wd)$/;
	const { options, operands, values } = splitOptions(rest, flags);
	const file = options.map((option) => /^(?:--net=|-n=?)(\S*\/\S+)$/.exec(option)?.[1]).find((path) => path);
	const process = values.get("-t") ?? values.get("--target") ?? optionValue(options, "--target");
	const network = options.some((option) => /^-[muipUCrF]*[na]|^--(?:net|all)$/.test(option));
	const interactive = operands.length === 0 || isShell(operands);
	const said = [
		"nsenter",
		...options.filter((each) => !/^-[muipUCrF]+$|^--(?:mount|uts|ipc|pid|user)/.test(each)),
	];
	if (file !== undefined) {
		return {
			target: { place: placeOfFile(file), said: `nsenter --net=${file}` },
			words: operands,
			interactive,
		};
	}
	if (process === undefined || !network) return { target: {}, words: operands, interactive };
	said.splice(1, 0, "-t", process);
	const target = { place: placeOfProcess(process), said: [...new Set(said)].join(" ") };
	return { target, words: operands, interactive };
}

/** The namespace that a file stands for. */
function placeOfFile(path: string): Place {
	const process = /^\/proc\/([^/]+)\/ns\/net$/.exec(path);
	return process ? placeOfProcess(process[1]!) : { type: "netns", name: baseName(path) };
}

/** The namespace of a process: 1 is the host's first one; `$(docker inspect … NAME)` is a container's. */
function placeOfProcess(process: string): Place {
	if (process === "1") return { type: "host" };
	const asked = /docker\s+(?:container\s+)?inspect\s([^)`]*)/.exec(process);
	const named = asked && readCommands(asked[1]!)?.[0];
	const name = named && splitOptions(named.words, /^$/).operands[0];
	return name ? { type: "container", id: name } : { type: "netns", name: `pid-${process}` };
}

const EXEC_FLAGS = /^-[dit]+$|^--(?:detach|interactive|tty|privileged)(?:=\w+)?$/;
const RUN_FLAGS =
	/^-[ditP]+$|^--(?:detach|interactive|tty|privileged|rm|init|read-only|publish-all|no-healthcheck|sig-proxy|oom-kill-disable|quiet|replace)(?:=\w+)?$/;

/** `docker exec [-it] ID …`, `docker run [--net container:ID] IMAGE …` */
function enterContainer(program: string, rest: readonly string[]): Step | undefined {
	const { operands: command } = splitOptions(rest, /^-D$|^--(?:debug|tls|tlsverify)$/);
	const [verb, ...after] = command[0] === "container" ? command.slice(1) : command;
	if (verb === "exec" || verb === "attach") {
		const { options, operands } = splitOptions(after, EXEC_FLAGS);
		const [id, ...words] = operands;
		if (id === undefined || (verb === "exec" && words.length === 0)) return undefined;
		const said = `${program} ${verb} ${id}`;
		const interactive = verb === "attach" || hasTerminal(options) || isShell(words);
		return { target: { place: { type: "container", id }, said }, words, interactive };
	}
	if (verb !== "run") return undefined;
	const { options, operands, values } = splitOptions(after, RUN_FLAGS);
	const [image, ...words] = operands;
	if (image === undefined || options.some((option) => /^-\w*d|^--detach/.test(option))) return undefined;
	const value = (...names: readonly string[]): string | undefined =>
		names.map((name) => values.get(name) ?? optionValue(options, name)).find((each) => each !== undefined);
	const network = value("--net", "--network");
	const entrypoint = value("--entrypoint");
	const inside = entrypoint === undefined ? words : [entrypoint, ...words];
	const step = { words: inside, interactive: hasTerminal(options) };
	if (network === "host") {
		return { ...step, target: { place: { type: "host" }, said: `${program} run --net host` } };
	}
	const shared = /^container:(.+)$/.exec(network ?? "")?.[1];
	if (shared !== undefined) {
		const said = `${program} run --net container:${shared}`;
		return { ...step, target: { place: { type: "container", id: shared }, said } };
	}
	const name = value("--name");
	if (name !== undefined) {
		return {
			...step,
			target: { place: { type: "container", id: name }, said: `${program} run --name ${name}` },
		};
	}
	const place: Place = { type: "container", id: baseName(image).replace(/[:@].*$/, "") };
	return { ...step, target: { place, said: `${program} run ${image}`, unnamed: true } };
}

function hasTerminal(options: readonly string[]): boolean {
	return options.some((option) => /^-\w*[it]|^--(?:interactive|tty)/.test(option));
}

/** Options up to the first operand. An option that is neither a flag nor has its value behind `=` takes a word. */
function splitOptions(
	words: readonly string[],
	flags: RegExp,
): { options: string[]; values: Map<string, string>; operands: string[] } {
	const options: string[] = [];
	const values = new Map<string, string>();
	let at = 0;
	for (; at < words.length; at++) {
		const word = words[at]!;
		if (word === "--") {
			at++;
			break;
		}
		if (!word.startsWith("-") || word === "-") break;
		options.push(word);
		const complete = flags.test(word) || word.includes("=") || (/^-\w./.test(word) && !word.startsWith("--"));
		if (!complete && words[at + 1] !== undefined) values.set(word, words[++at]!);
	}
	return { options, values, operands: words.slice(at) };
}

function optionValue(options: readonly string[], name: string): string | undefined {
	return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The last part of a path. */
export function baseName(path: string): string {
	return path.replace(/\/+$/, "").replace(/^.*\//, "");
}

/** Folders that hold the files of network namespaces; `ls` there is a dump. */
export const NETNS_FOLDER: RegExp = /(?:^|\/)(?:var\/)?run\/(?:docker\/)?netns\/?$|^docker\/netns\/?$/;

/** Programs behind a pipe that keep the lines as they are. */
const FILTERS = /^(?:grep|egrep|fgrep|head|tail|less|more|cat|tee|sort|uniq)$/;

/**
 * The kinds that the output of a command may be of: several where the command alone does not tell
 * (`docker inspect` inspects anything), none for a command whose output no kind describes.
 */
export function kindsOfCommand(
	{ words, command }: Pick<Action, "words" | "command">,
	directory?: string,
): readonly KindName[] {
	if (command.redirected || !command.pipes.every(([program = ""]) => FILTERS.test(baseName(program))))
		return [];
	const [program = "", ...rest] = words;
	const options = rest.filter((word) => word.startsWith("-"));
	const short = (letters: RegExp): boolean =>
		options.some((option) => /^-\w/.test(option) && letters.test(option));
	switch (baseName(program).replace(/-(?:legacy|nft)(?=$|-)/, "")) {
		case "iptables":
		case "ip6tables":
			if (short(/S/) || options.includes("--list-rules")) return ["iptables-save"];
			return short(/L/) || options.some((each) => /^--list(?:=|$)/.test(each)) ? ["iptables-list"] : [];
		case "iptables-save":
		case "ip6tables-save":
			return ["iptables-save"];
		case "ipvsadm":
			if (short(/S/) || options.includes("--save")) return ["ipvsadm-save"];
			return rest.length === 0 || short(/[Ll]/) || options.includes("--list") ? ["ipvsadm-list"] : [];
		case "ipvsadm-save":
			return ["ipvsadm-save"];
		case "ip":
			return kindsOfIp(rest);
		case "docker":
		case "podman":
		case "nerdctl":
			return kindsOfDocker(rest);
		case "bridge":
			return kindsOfBridge(rest);
		case "brctl":
			return /^show(?:macs|stp)?$/.test(rest[0] ?? "") ? ["brctl-show"] : [];
		case "ifconfig":
			return rest.filter((word) => !word.startsWith("-")).length <= 1 ? ["ifconfig"] : [];
		case "route":
			return rest.every((word) => /^-|^inet6?$/.test(word)) ? ["netstat-route"] : [];
		case "netstat":
			if (short(/[gM]/)) return [];
			if (short(/r/) || options.includes("--route")) return ["netstat-route"];
			return short(/i/) || options.includes("--interfaces") ? ["ifconfig"] : ["netstat"];
		case "conntrack":
			return short(/[LG]/) || options.some((each) => /^--(?:dump|get)$/.test(each)) ? ["conntrack"] : [];
		case "sysctl":
			return short(/[wp]/) || options.includes("--write") || rest.some((word) => word.includes("="))
				? []
				: ["sysctl"];
		case "cat":
			return rest.length === 1 ? kindsOfFile(rest[0]!) : [];
		case "ss":
			// -V and -h are about ss itself; -D writes a file of the kernel's, -K closes sockets.
			return short(/[VhDK]/) || options.some((each) => /^--(?:version|help|diag|kill)/.test(each))
				? []
				: ["ss"];
		case "tcpdump":
			return short(/[wD]/) ? [] : ["tcpdump"];
		case "ls": {
			const path = rest.find((word) => !word.startsWith("-")) ?? directory ?? "";
			return NETNS_FOLDER.test(path) ? ["netns-ls"] : [];
		}
		default:
			return [];
	}
}

/** The kinds of the files of /proc. */
function kindsOfFile(path: string): readonly KindName[] {
	const [, name = ""] = /^\/proc\/(?:\w+\/)?net\/(.+)$/.exec(path) ?? [];
	if (name === "nf_conntrack") return ["conntrack"];
	if (/^ip_vs(?:_conn|_stats)?$/.test(name)) return ["proc-net-ip-vs"];
	if (name === "vlan/config") return ["proc-net-vlan"];
	return name.startsWith("bonding/") ? ["proc-net-bonding"] : [];
}

function kindsOfIp(rest: readonly string[]): readonly KindName[] {
	// JSON is another format than the one that the kind describes.
	if (rest.some((word) => /^-(?:j|js|json|p|pretty)$/.test(word))) return [];
	const [object = "", verb = "show"] = splitOptions(
		rest,
		/^-(?!f$|family$|l$|loops$|rc$|b$|batch$)/,
	).operands;
	const shows =
		!/^(?:add|del|delete|set|change|replace|flush|save|restore|monitor|exec|attach|identify|pids)$/.test(
			verb,
		);
	if (!shows) return [];
	if (/^a(?:d(?:d(?:r(?:e(?:s(?:s)?)?)?)?)?)?$/.test(object) || /^l(?:i(?:n(?:k)?)?)?$/.test(object))
		return ["ip-address"];
	if (isPrefixOf(object, "route", 1)) return ["ip-route"];
	if (isPrefixOf(object, "rule", 2)) return ["ip-rule"];
	if (isPrefixOf(object, "neighbor", 1) || object === "neighbour") return ["ip-neigh"];
	if (isPrefixOf(object, "maddress", 1)) return ["ip-maddr"];
	return object === "netns" && verb !== "list-id" ? ["ip-netns"] : [];
}

/** Whether a word is short for another, as `ip` takes them: `r`, `ro` and so on for `route`. */
const isPrefixOf = (word: string, whole: string, least: number): boolean =>
	word.length >= least && whole.startsWith(word);
function kindsOfBridge(rest: readonly string[]): readonly KindName[] {
	if (rest.some((word) => /^-(?:j|js|json|p|pretty)$/.test(word))) return [];
	const [object = "", verb = "show"] = splitOptions(rest, /^-(?!f$|family$|b$|batch$|n$|net)/).operands;
	if (!/^(?:show|list|lst|tunnelshow|global)$/.test(verb)) return [];
	if (object === "fdb") return ["bridge-fdb"];
	if (/^l(?:i(?:n(?:k)?)?)?$/.test(object)) return ["bridge-link"];
	return /^v(?:l(?:a(?:n)?)?)?$/.test(object) ? ["bridge-vlan"] : [];
}

const DOCKER_KINDS: readonly (readonly [RegExp, readonly KindName[]])[] = [
	[/^network (?:ls|list)\b/, ["docker-network-ls"]],
	[/^network inspect\b/, ["docker-network-inspect"]],
	[/^(?:ps|container (?:ls|list|ps))\b/, ["docker-ps"]],
	[/^container inspect\b/, ["docker-inspect"]],
	[
		/^inspect\b/,
		["docker-inspect", "docker-network-inspect", "docker-service-inspect", "docker-node-inspect"],
	],
	[/^(?:service (?:ls|list)|stack services)\b/, ["docker-service-ls"]],
	[/^(?:service|stack|node) ps\b/, ["docker-service-ps"]],
	[/^service inspect\b/, ["docker-service-inspect"]],
	[/^(?:system )?info\b/, ["docker-info"]],
	[/^node (?:ls|list)\b/, ["docker-node-ls"]],
	[/^node inspect\b/, ["docker-node-inspect"]],
	[/^version\b/, ["docker-version"]],
];

function kindsOfDocker(rest: readonly string[]): readonly KindName[] {
	const { operands } = splitOptions(rest, /^-D$|^--(?:debug|tls|tlsverify)$/);
	const line = operands.slice(0, 2).join(" ");
	return DOCKER_KINDS.find(([words]) => words.test(line))?.[1] ?? [];
}

/**
 * Programs that people run at a `#` prompt. `# curl vote` is a command and `# node1` a comment; only the
 * first word tells them apart. English words (`set`, `watch`, `find`, `route`) count with an option only.
 */
const PROGRAMS =
	/^(?:sudo|ip6?tables(?:-legacy|-nft)?(?:-save|-restore)?|ipvsadm(?:-save)?|ip|docker(?:-machine|-compose)?|podman|nerdctl|crictl|kubectl|nsenter|netstat|tcpdump|ss|bridge|brctl|ifconfig|arp|arping|ethtool|nft|conntrack|sysctl|tc|ping6?|curl|wget|dig|nslookup|traceroute|tracepath|telnet|nc|ncat|nmap|ssh|scp|ls|ll|cd|cat|grep|egrep|awk|sed|echo|ps|uname|hostname|ifup|ifdown|systemctl|journalctl|modprobe|lsmod|apt|apt-get|apk|yum|dnf|exit|logout|bash|sh|ash|su|pwd|whoami|env|lsof|strace|vi|vim|chmod|mkdir|rm|cp|mv|ln|jq|python3?|perl|git|lsns|readlink|getent|openssl|etcdctl|consul|ab|hping3|iperf3?)$/;
const ENGLISH =
	/^(?:set|watch|find|route|head|tail|less|more|sort|service|mount|export|kill|sleep|test|which|host|date|id|top|last|time|make|for|while|source|df|free|touch)$/;

/** Whether the line starts as a command that people run here. */
export function startsAsCommand(line: string): boolean {
	if (/^(?:for\s+\w+\s+in|while|until)\s[^;]*;\s*do\b/.test(line)) return true;
	const words = readCommands(line)?.[0]?.words;
	const program = baseName(words?.find((word) => !/^\w+=/.test(word)) ?? "");
	if (PROGRAMS.test(program)) return true;
	return ENGLISH.test(program) && (words ?? []).some((word) => /^-{1,2}\w|^\//.test(word));
}

/**
 * Whether a line without a prompt is a command: it must be one that prints a dump or goes somewhere, or name
 * a program and give it an option, a path or a URL, with nothing of a sentence.
 */
export function isBareCommand(line: string): boolean {
	const text = line.trim();
	if (text.length > 1000 || !/^[\w./]/.test(text) || !startsAsCommand(text)) return false;
	const [first, ...others] = readActions(text);
	if (first === undefined || others.length > 3) return false;
	const words = first.command.words;
	if (words.some((word) => /[,.:;!?]$/.test(word) && !/^[./~]/.test(word)) || words.length > 40) return false;
	const goes = first.target.said !== undefined && (first.opensShell || kindsOfCommand(first).length > 0);
	if (goes || kindsOfCommand(first).length > 0) {
		// `ip address of the container` is prose; commands have no English article.
		return !words.some(
			(word) => /^(?:the|a|an|of|is|are|to|in|on|and|from|that|which|shows?)$/i.test(word) && word !== "a",
		);
	}
	return words.slice(1).some((word) => /^--?[A-Za-z]|^https?:\/\/|^\//.test(word));
}
