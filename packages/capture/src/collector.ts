import { COLLECTED, COLLECTED_HEAD } from "./collected.ts";
import { fileNameOf, type Recipe, recipes, withoutName } from "./recipes.ts";

/** Names come from dumps, which are untrusted, and commands are there to be run: a word as the shell reads it. */
export function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A text for a comment of a script: on one line, whatever it holds. */
export function shellComment(text: string): string {
	return `# ${text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ")}`;
}

/** The shell words that save what a recipe wants, where the script stands; the first tool that works. */
export function saveLine({ commands, names, needs, unless }: Recipe): string {
	const attempts = commands.map((command) => saveWords(command, names)).join(" || ");
	const conditions = [
		...(unless === undefined ? [] : [`! ${unless}`]),
		...(needs === undefined ? [] : [`has ${needs}`]),
	];
	if (conditions.length === 0) return attempts;
	return `if ${conditions.join(" && ")}; then ${attempts}; fi`;
}

function saveWords(command: string, names: string | undefined): string {
	if (names === undefined) return `save ${fileNameOf(command)} ${command}`;
	const start = withoutName(command);
	// A file of the kernel for each name; docker takes all names at once.
	if (start.endsWith("/")) return `save_each ${fileNameOf(start)} ${start} ${names}`;
	return `save_all ${fileNameOf(start)} '${start.trim()}' ${names}`;
}

function saveLines(where: Recipe["where"]): string {
	return recipes
		.filter((recipe) => recipe.where === where)
		.map((recipe) => `\t${saveLine(recipe)}`)
		.join("\n");
}

/** The programs whose versions are noted, with the option that tells it. */
const VERSIONS: readonly string[] = [
	"ip -V",
	"bridge -V",
	"iptables -V",
	"conntrack -V",
	"ss -V",
	"nsenter -V",
	"docker --version",
];

/**
 * The functions that scripts of netfossil save with, for any POSIX shell: dash, busybox, bash. They only read, never
 * end the script, and write nothing outside of $out.
 */
export const saveFunctions: string = `\
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH
umask 077
set -f
tab=$(printf '\\t')

# Where the script stands: $folder below $out, the file $net of the namespace (none: the host's own), and the
# name $named by which ip knows it.
out='' folder='' net='' named=''

tell() { printf '%s\\n' "$*" >&2; }
left_out() {
	tell "left out: $*"
	printf '# left out: %s\\n' "$*" >>"$out/${COLLECTED}"
}
is_there() { command -v "$1" >/dev/null 2>&1; }

# No command may take longer; older versions of busybox want the time behind -t.
limit=
if timeout 5 true 2>/dev/null; then limit='timeout 60'
elif timeout -t 5 true 2>/dev/null; then limit='timeout -t 60'
fi

# Runs a command in the namespace at hand. It must not read the script, which may come from the standard input.
inside() {
	if [ -z "$net" ]; then $limit "$@" </dev/null
	elif is_there nsenter; then $limit nsenter --net="$net" "$@" </dev/null
	elif [ -n "$named" ]; then $limit ip netns exec "$named" "$@" </dev/null
	else return 127
	fi
}

# Whether iptables-save speaks of the older tables, not of nft.
legacy() { iptables-save -V 2>/dev/null </dev/null | grep -q legacy; }

# Whether a file or folder of the kernel holds anything in the namespace at hand.
has() {
	if [ -d "$1" ]; then [ -n "$(inside ls "$1" 2>/dev/null)" ]
	else inside grep -q . "$1" 2>/dev/null
	fi
}

# save NAME COMMAND...: saves what a command prints, and notes when it ran, what it returned and its complaints.
save() {
	file=$folder$1.txt
	shift
	is_there "$1" || return 127
	at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	mkdir -p "$out/$folder"
	inside "$@" >"$out/$file" 2>"$out/.stderr"
	code=$?
	{
		printf '%s\\t%s\\t%s\\t%s\\n' "$at" "$code" "$file" "$*"
		sed "s/^/$tab/" "$out/.stderr"
	} >>"$out/${COLLECTED}"
	rm -f "$out/.stderr"
	[ -s "$out/$file" ] || rm -f "$out/$file"
	[ "$code" -eq 0 ]
}

# save_all NAME 'COMMAND' LIST...: the same of a command that takes all names that another one lists. Values of
# environment variables are hidden, as sos does it.
save_all() {
	name=$1 command=$2
	shift 2
	is_there "$1" || return 127
	names=$(inside "$@" 2>/dev/null) && [ -n "$names" ] || return 1
	# shellcheck disable=SC2086 # command and ids are words
	save "$name" $command $names
	code=$?
	if [ -f "$out/$folder$name.txt" ]; then
		sed 's/^\\( *"[A-Za-z_][A-Za-z0-9_.-]*=\\).*"\\(,*\\)$/\\1********"\\2/' "$out/$folder$name.txt" >"$out/.masked"
		mv "$out/.masked" "$out/$folder$name.txt"
	fi
	return "$code"
}

# save_each NAME FOLDER/ LIST...: the same of each file of a folder of the kernel.
save_each() {
	name=$1 from=$2
	shift 2
	for each in $(inside "$@" 2>/dev/null); do save "$name.$each" cat "$from$each"; done
}

# host FOLDER [NAME]: begins with the host that the script runs on, by another name if one is given.
host() {
	out=$1 folder='' net='' named=''
	if ! mkdir -p "$out"; then
		tell "cannot make the folder $out"
		exit 1
	fi
	printf '%s\\n' '${COLLECTED_HEAD}' >"$out/${COLLECTED}"
	printf '%s\\n' "\${2:-$({ hostname || uname -n; } 2>/dev/null)}" >"$out/hostname"
	if [ -r /etc/machine-id ]; then
		mkdir -p "$out/etc"
		cat /etc/machine-id >"$out/etc/machine-id"
	fi
	{
		printf '# date: %s\\n' "$(date -u)"
		printf '# uname: %s\\n' "$(uname -a)"
		printf '# user: %s\\n' "$(id)"
${VERSIONS.map((command) => `\t\tis_there ${command.split(" ")[0]} && printf '# ${command}: %s\\n' "$(${command} 2>&1 </dev/null | head -n 1)"`).join("\n")}
	} >>"$out/${COLLECTED}"
	[ "$(id -u)" = 0 ] ||
		left_out "whatever only root may see: run the script as root to have namespaces, rules and sockets"
}

# netns NAME [FILE]: goes on with a namespace, by the name of its file. Says whether it can be entered.
netns() {
	folder=netns/$1/ named=$1 net=\${2:-}
	if [ -z "$net" ]; then
		for net in "/var/run/docker/netns/$1" "/var/run/netns/$1"; do [ -e "$net" ] && break; done
	fi
	case $net in */docker/*) named= ;; esac
	enter "namespace $1"
}

# container ID [PID]: goes on with the namespace of a container.
container() {
	folder=containers/$1/ named=
	pid=\${2:-$($limit docker inspect -f '{{.State.Pid}}' "$1" </dev/null 2>/dev/null)}
	net=/proc/\${pid:-0}/ns/net
	enter "container $1"
}

enter() {
	case $1 in *[[:cntrl:]]* | *' '*/* | *' .' | *' ..')
		left_out "a namespace whose name is none of a file"
		return 1
		;;
	esac
	inside true 2>/dev/null && return
	left_out "$1, which cannot be entered"
	return 1
}

# The host's own namespace again.
own() { folder='' net='' named=''; }

pack() {
	if is_there tar && tar -C "$(dirname "$out")" -czf "$out.tar.gz" "$(basename "$out")" 2>/dev/null; then
		tell "saved $out.tar.gz; the same lies in $out"
	else
		rm -f "$out.tar.gz"
		tell "saved $out; there is no tar to pack it"
	fi
}

save_netns() {
${saveLines("netns")}
}

save_host() {
${saveLines("host")}
}

save_docker() {
${saveLines("docker")}
}

save_manager() {
${saveLines("manager")}
}

# The number of a file: one namespace may have several names, and is saved once.
number() {
	# shellcheck disable=SC2046 # the first word of what ls prints
	set -- $(ls -Ldi "$1" 2>/dev/null)
	printf '%s' "\${1:-}"
}
is_new() {
	inode=$(number "$1")
	[ -n "$inode" ] || return 1
	case $seen in *" $inode "*) return 1 ;; esac
	seen="$seen$inode "
}

# save_everything [no-docker]: all of this host: its own network, docker's listings, and every other namespace, by
# the name of its file, by its container, or by a process that is in it.
save_everything() {
	seen=" $(number /proc/self/ns/net) "
	own
	save_host
	save_netns
	set +f
	for file in /var/run/docker/netns/* /run/docker/netns/* /var/run/netns/* /run/netns/*; do
		set -f
		[ -e "$file" ] && is_new "$file" && netns "\${file##*/}" "$file" && save_netns
	done
	own
	if [ "\${1:-}" = no-docker ]; then left_out 'docker, as --no-docker says'
	elif ! is_there docker; then left_out 'docker, for there is no such command'
	elif ! inside docker ps -q >/dev/null 2>"$out/.stderr"; then
		left_out "docker, which says: $(head -n 1 "$out/.stderr")"
	else
		save_docker
		if inside docker node ls -q >/dev/null 2>&1; then save_manager; fi
		for id in $(inside docker ps -q 2>/dev/null); do
			pid=$(inside docker inspect -f '{{.State.Pid}}' "$id" 2>/dev/null)
			[ "\${pid:-0}" -gt 0 ] 2>/dev/null && is_new "/proc/$pid/ns/net" && container "$id" "$pid" && save_netns
			own
		done
	fi
	rm -f "$out/.stderr"
	set +f
	for file in /proc/[0-9]*/ns/net; do
		set -f
		is_new "$file" || continue
		pid=\${file#/proc/}
		pid=\${pid%%/*}
		netns "pid-$pid" "$file" || continue
		printf '# namespace pid-%s: %s\\n' "$pid" "$(head -n 1 "/proc/$pid/comm" 2>/dev/null)" >>"$out/${COLLECTED}"
		save_netns
	done
	own
}
`;

/** A script that saves all that netfossil reads, on the host that it runs on. */
export function collectorScript(): string {
	return `\
#!/bin/sh
# Saves what netfossil wants to know of this host's networks, for somebody who looks at it elsewhere:
#
#   sudo sh ${NAME_OF_SCRIPT} [--out FOLDER] [--no-docker]
#
# It only reads, resolves no names, and writes nothing outside of FOLDER (netfossil-HOST-TIME, unless given) and
# FOLDER.tar.gz. Every namespace is saved: the host's own, docker's, those of ip netns, and those of processes. What
# is not there, or may not be read, is left out and said. Values of environment variables of containers are hidden.
# Send the packed file, or read it yourself: netfossil topology FOLDER

${saveFunctions}
given='' docker=''
while [ $# -gt 0 ]; do
	case $1 in
	--out)
		given=\${2:-}
		[ -n "$given" ] || { tell '--out needs a folder'; exit 2; }
		shift
		;;
	--no-docker) docker=no-docker ;;
	-h | --help)
		tell "usage: sh ${NAME_OF_SCRIPT} [--out FOLDER] [--no-docker]"
		exit 0
		;;
	*)
		tell "there is no option $1; there are --out FOLDER and --no-docker"
		exit 2
		;;
	esac
	shift
done
this=$({ hostname || uname -n; } 2>/dev/null | tr -c 'A-Za-z0-9.\\n-' _)
given=\${given:-netfossil-$this-$(date -u +%Y%m%d-%H%M%S)}
given=\${given%/}
if [ -n "$(ls -A "$given" 2>/dev/null)" ]; then
	tell "$given is there already, and not empty: name another folder with --out"
	exit 2
fi
host "$given"
save_everything "$docker"
pack
`;
}

/** What the collector is called in its own usage. */
const NAME_OF_SCRIPT = "collect.sh";
