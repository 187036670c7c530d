import { describe, expect, it } from "vitest";
import { captureOfText } from "../src/index.ts";

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
