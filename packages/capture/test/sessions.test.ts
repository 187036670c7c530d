import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { captureOfText, parseDump } from "../src/index.ts";

const ADDRESS = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n";

/** Where each dump of a transcript was taken: `host`, `host netns/NAME`, `host container/ID`. */
function places(transcript: string): string[] {
	const text = transcript.replaceAll("ADDRESS\n", ADDRESS);
	return captureOfText("notes.md", text).dumps.map(({ scope: { host, place } }) => {
		if (place.type === "host") return host;
		return `${host} ${place.type}/${place.type === "netns" ? place.name : place.id}`;
	});
}

describe("a session", () => {
	it.each([
		["a prompt in brackets", "[root@web1 ~]# ip a\nADDRESS\n", ["web1"]],
		["a prompt of SUSE", "web1:~ # ip a\nADDRESS\n", ["web1"]],
		["a prompt of two lines", "[node1] (local) root@192.168.0.18 ~\n$ ip a\nADDRESS\n", ["node1"]],
		["nothing that names a host", "$ ip a\nADDRESS\n", ["host"]],
		["ssh", "$ ssh core@web7\n$ ip a\nADDRESS\n$ exit\n$ ip a\nADDRESS\n", ["web7", "host"]],
		["ssh with a command", "a@h1:~$ ssh root@h2 ip a\nADDRESS\na@h1:~$ ip a\nADDRESS\n", ["h2", "h1"]],
		["docker-machine", "$ docker-machine ssh w2\ndocker@w2:~$ ip a\nADDRESS\n", ["w2"]],
		[
			"a command of one line",
			"a@h:~$ docker exec -it web ip a\nADDRESS\na@h:~$ ip a\nADDRESS\n",
			["h container/web", "h"],
		],
		["options with values", "a@h:~$ docker exec -u root -e A=b -it web ip a\nADDRESS\n", ["h container/web"]],
		["ip -n", "a@h:~$ sudo ip -n blue addr\nADDRESS\n", ["h netns/blue"]],
		["nsenter -n", "a@h:~$ sudo nsenter -n/run/netns/blue ip a\nADDRESS\n", ["h netns/blue"]],
		["nsenter by process", "a@h:~$ sudo nsenter -t 4711 -n ip a\nADDRESS\n", ["h netns/pid-4711"]],
		["nsenter into init", "a@h:~$ nsenter -t 1 -m -u -n -i ip a\nADDRESS\n", ["h"]],
		[
			"nsenter into a container's process",
			"a@h:~$ sudo nsenter -t $(docker inspect -f '{{.State.Pid}}' web) -n ip a\nADDRESS\n",
			["h container/web"],
		],
		["run with the host's network", "a@h:~$ docker run --rm --net=host alpine ip a\nADDRESS\n", ["h"]],
		[
			"run in another's network",
			"a@h:~$ docker run --rm --network container:web img ip a\nADDRESS\n",
			["h container/web"],
		],
		["run without a name", "a@h:~$ docker run --rm alpine:3 ip a\nADDRESS\n", ["h container/alpine@1"]],
		["run in the background", "a@h:~$ docker run -d --name x alpine\n/ # ip a\nADDRESS\n", ["h"]],
		[
			"a shell in a shell, left by exit twice",
			"a@h:~$ docker exec -it web sh\n/ # nsenter --net=/run/netns/n1 sh\n/ # ip a\nADDRESS\n/ # exit\n/ # ip a\nADDRESS\n/ # exit\n$ ip a\nADDRESS\n",
			["h netns/n1", "h container/web", "h"],
		],
		[
			"a shell that is left when the outer prompt returns",
			"$ docker exec -it web sh\n/ # ip a\nADDRESS\n$ ip a\nADDRESS\n",
			["host container/web", "host"],
		],
		[
			"a shell in a namespace, with the prompt of its user, until exit",
			"root@h:~# ip netns exec blue bash\nroot@h:~# ip a\nADDRESS\nroot@h:~# exit\nroot@h:~# ip a\nADDRESS\n",
			["h netns/blue", "h"],
		],
		[
			"bash in a container, which shows its id",
			"a@h:~$ docker exec -it web bash\nroot@1c06334e3589:/app# ip a\nADDRESS\na@h:~$ ip a\nADDRESS\n",
			["h container/web", "h"],
		],
		[
			"a prompt that shows a container's id",
			"root@1c06334e3589:/# ip a\nADDRESS\n",
			["host container/1c06334e3589"],
		],
		[
			"bash in a container that was given a host name",
			"a@h:~$ docker exec -it web bash\nroot@web-1:/# ip a\nADDRESS\n",
			["h container/web"],
		],
		[
			"a shell kept across fences",
			"```\na@h:~$ docker exec -it web sh\n```\nthen\n```\n/ # ip a\nADDRESS\n```\n",
			["h container/web"],
		],
		[
			"comments that name hosts",
			"```\n# node1\n$ ip a\nADDRESS\n```\n```\n# on node2:\n$ ip a\nADDRESS\n```\n",
			["node1", "node2"],
		],
		["a heading that looks like a prompt", "# ip addr\n\n```\na@h:~$ ip a\nADDRESS\n```\n", ["h"]],
		["a continued line", "a@h:~$ sudo ip netns exec \\\n>   blue ip a\nADDRESS\n", ["h netns/blue"]],
		["a command after another", "a@h:~$ cd /tmp && docker exec web ip a\nADDRESS\n", ["h container/web"]],
	])("%s", (_, transcript, expected) => {
		expect(places(transcript)).toEqual(expected);
	});

	it("knows the folder of the namespaces from cd and from ls", () => {
		const names = "1-sh0h7as3pr  default  ingress_sbox\n";
		for (const typed of [
			"$ cd /var/run/docker/netns\n$ ls\n",
			"$ ls /var/run/docker/netns\n",
			"$ cd /var/run/docker && cd netns; ls\n",
		]) {
			expect(captureOfText("t", typed + names).dumps.map(({ kind }) => kind)).toEqual(["netns-ls"]);
		}
		expect(captureOfText("t", "$ cd /tmp\n$ ls\nfile1 file2\n").dumps).toEqual([]);
	});

	it("gives a container its id where docker ps lists the name, and says so", () => {
		const ps = "a@h:~$ docker ps\nCONTAINER ID   IMAGE   NAMES\n1c06334e3589   alpine   web\n";
		const { dumps, commands } = captureOfText("t", `${ps}a@h:~$ docker exec web ip a\n${ADDRESS}`);
		expect(dumps[1]?.scope.place).toEqual({ type: "container", id: "1c06334e3589" });
		expect(dumps[1]?.reasons.at(-1)).toMatchObject({ about: "place", line: 3, certainty: "observed" });
		expect(commands.at(-1)?.scope.place).toEqual({ type: "container", id: "1c06334e3589" });
	});

	it("passes over what is no dump, and says what it is", () => {
		const text = `a@h:~$ curl web\nhello\na@h:~$ iptables -L\nbash: iptables: command not found\na@h:~$ ip a\n${ADDRESS}`;
		const { dumps, passedOver, commands } = captureOfText("t", text);
		expect(dumps.map(({ id }) => id)).toEqual(["t:6"]);
		expect(
			passedOver.map(({ type, lines, what }) => `${type} ${lines?.first}-${lines?.last} ${what}`),
		).toEqual([
			'command 1-1 the command "curl web"',
			'output 2-2 output of "curl web"',
			'command 3-3 the command "iptables -L"',
			'output 4-4 output of "iptables -L"',
			'command 5-5 the command "ip a"',
		]);
		expect(commands.map(({ text: typed, start, source }) => [typed, source.locate(start)])).toEqual([
			["curl web", { line: 1, column: 8 }],
			["iptables -L", { line: 3, column: 8 }],
			["ip a", { line: 5, column: 8 }],
		]);
	});

	it("says so when the command and the lines disagree", () => {
		const { dumps } = captureOfText("t", `a@h:~$ ipvsadm\n${ADDRESS}`);
		expect(dumps).toMatchObject([{ kind: "ip-address", command: "ipvsadm" }]);
		expect(dumps[0]?.reasons[0]?.text).toBe(
			'"ipvsadm" prints ipvsadm-list, but the lines look like ip-address',
		);
	});
});

describe("a recording of script, with bash's bracketed paste", () => {
	const text = readFileSync(
		new URL("../../../fixtures/sessions/script_bash_5.2.txt", import.meta.url),
		"utf8",
	);
	const { dumps, passedOver, problems } = captureOfText("typescript", text);

	it("tells each command and its place, and each dump is read", () => {
		expect(
			dumps.map(({ kind, command, scope: { host, place } }) => [
				kind,
				command,
				place.type === "netns" ? `${host}/${place.name}` : host,
			]),
		).toEqual([
			["ip-address", "ip a", "web1"],
			["iptables-save", "ip netns exec red iptables-save", "web1/red"],
			["ip-address", "ip netns exec red ip -br a", "web1/red"],
			["ip-address", "ip netns exec blue ip -br a", "web1/blue"],
			["ip-address", "ip -d link", "web1/blue"],
			["iptables-list", "iptables -t nat -nvL", "web1/blue"],
			["ip-netns", "ip netns", "web1"],
		]);
		expect(problems).toEqual([]);
		for (const dump of dumps) {
			const { diagnostics } = parseDump(dump);
			expect(diagnostics.filter(({ code }) => code !== "core/control-sequences")).toEqual([]);
		}
	});

	it("holds script's own lines, and none with a carriage return", () => {
		expect(
			passedOver.filter(({ what }) => what === "a line of script").map(({ lines }) => lines?.first),
		).toEqual([1, 76]);
		for (const { what } of passedOver) expect(what).not.toMatch(/\r|\x1b/);
	});

	it("says the command where it is of one only", () => {
		const header = `Script started on 2026-11-21 09:28:16+00:00 [COMMAND="ip -n red a" TERM="xterm"]\n`;
		const recording = `${header}${ADDRESS}\nScript done on 2026-11-21 09:28:26+00:00 [COMMAND_EXIT_CODE="0"]\n`;
		const { dumps } = captureOfText("typescript", recording);
		expect(dumps).toMatchObject([
			{ command: "ip -n red a", scope: { host: "host", place: { type: "netns", name: "red" } } },
		]);
		expect(dumps[0]!.source.text.slice(dumps[0]!.start, dumps[0]!.end)).toBe(ADDRESS);
	});
});

describe("a loop", () => {
	const NS = "/var/run/docker/netns";
	it.each([
		[
			"as netfossil prints it",
			`a@h:~$ for ns in 1-abcdefghij ingress_sbox; do echo "# $ns"; sudo nsenter --net=${NS}/$ns ip -d link; done\n# 1-abcdefghij\nADDRESS\n# ingress_sbox\nADDRESS\n`,
			["h netns/1-abcdefghij", "h netns/ingress_sbox"],
		],
		[
			"with values that only its headings tell",
			`$ for n in $(ls ${NS}); do echo; echo "=== \${n}: ==="; ip netns exec $n ip a; done\n\n=== n1: ===\nADDRESS\n\n=== n2: ===\nADDRESS\n$ ip a\nADDRESS\n`,
			["host netns/n1", "host netns/n2", "host"],
		],
		[
			"over containers, typed on several lines at the prompt of root",
			"```\n# for c in web db; do\n> printf '== %s\\n' $c\n> docker exec $c ip a\n> done\n== web\nADDRESS\n== db\nADDRESS\n```\n",
			["host container/web", "host container/db"],
		],
		[
			"over hosts",
			"$ for h in n1 n2; do echo $h; ssh $h ip a; done\nn1\nADDRESS\nn2\nADDRESS\n",
			["n1", "n2"],
		],
		["of one round", "a@h:~$ for n in red; do ip -n $n a; done\nADDRESS\n", ["h netns/red"]],
		["of one place", "a@h:~$ for i in 1 2; do sleep 1; ip a; done\nADDRESS\n", ["h"]],
		["whose output went elsewhere", "a@h:~$ for n in r b; do echo $n; ip -n $n a; done > x\n", []],
	])("%s", (_, transcript, expected) => {
		expect(places(transcript)).toEqual(expected);
	});

	it.each([
		["a loop that nothing parts", "for n in red blue; do ip netns exec $n ip a; done", '"$n"'],
		["a heading that is missing", 'for n in red x blue; do echo "# $n"; ip -n $n a; done', '"$n"'],
		["a container of which only the shell knew", "docker exec $(docker ps -ql) ip a", '"$(docker ps -ql)"'],
		["a process of which only the shell knew", "nsenter -t $PID -n ip a", '"$PID"'],
		["a host of which only the shell knew", "ssh $HOST ip a", '"$HOST"'],
	])("%s: its dump is of no place", (_, command, word) => {
		const text = `a@h:~$ ${command}\n# red\n${ADDRESS}# blue\n${ADDRESS}a@h:~$ ip a\n${ADDRESS}`;
		const { dumps, passedOver, problems } = captureOfText("notes.md", text);
		expect(dumps.map(({ scope }) => scope)).toEqual([{ host: "h", place: { type: "host" } }]);
		const message = `ip-address was passed over: nothing tells what the shell put for ${word}`;
		expect(passedOver[0]).toMatchObject({
			type: "command",
			reason: "no dump of its output stands below",
		});
		const hint = "run the command once for each place, or save what it prints as HOST/netns/NAME/FILE";
		expect(problems[0]).toMatchObject({ message, hint });
		expect(passedOver.filter(({ what }) => what === "ip-address of a place that is not known")).not.toEqual(
			[],
		);
	});

	it("in a shell of which only the shell knew where, until its prompt tells", () => {
		const shell = `a@h:~$ docker exec -it $C sh\n/ # ip a\nADDRESS\n/ # exit\na@h:~$ ip a\nADDRESS\n`;
		expect(places(shell)).toEqual(["h"]);
		const named = `a@h:~$ docker exec -it $C bash\nroot@a80aaba1a6d0:/# ip a\nADDRESS\n`;
		expect(places(named)).toEqual(["h container/a80aaba1a6d0"]);
	});

	it("whose output was saved alone: its headings tell, and are told to be taken for namespaces", () => {
		expect(places("# 1-abcdefghij\nADDRESS\n# ingress_sbox\nADDRESS\n")).toEqual([
			"host netns/1-abcdefghij",
			"host netns/ingress_sbox",
		]);
		const { dumps } = captureOfText("links.txt", `== red ==\n${ADDRESS}== blue ==\n${ADDRESS}`);
		expect(dumps.map(({ scope: { place }, reasons }) => [place, reasons.at(-1)?.certainty])).toEqual([
			[{ type: "netns", name: "red" }, "assumed"],
			[{ type: "netns", name: "blue" }, "assumed"],
		]);
		expect(places("# node1\nADDRESS\n# node2\nADDRESS\n").some((place) => place.includes("netns"))).toBe(
			false,
		);
	});
});

describe("several commands on a line", () => {
	it("each have their own place, where their kinds part what they print", () => {
		const save = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
		expect(places(`a@h:~$ ip a; ip netns exec red iptables-save\nADDRESS\n${save}`)).toEqual([
			"h",
			"h netns/red",
		]);
	});

	it("in several places, with nothing to part what they print, prove nothing", () => {
		const { dumps, problems } = captureOfText("notes.md", `a@h:~$ ip a; ip -n red a\n${ADDRESS}${ADDRESS}`);
		expect(dumps).toEqual([]);
		expect(problems[0]?.message).toBe(
			"ip-address was passed over: its commands ran in several places, and nothing parts what they printed",
		);
	});
});
