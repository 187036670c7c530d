#!/bin/sh
# Boots a user-mode Linux on the files of this machine and records the cases in it:
#   apt-get install user-mode-linux kmod iproute2 iptables ipvsadm conntrack python3
#   mkdir -p /lib/modules
#   scripts/record-uml/boot.sh fixtures/oracle-uml [U01 …]
# The kernel's own console is left out; its exit is the end of the recording.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
exec linux.uml root=/dev/root rootfstype=hostfs rootflags=/ rw mem=512M quiet con=null con0=null,fd:1 \
	uml_dir="${TMPDIR:-/tmp}" init="$here/init.sh" OUT="$out" CASES="$(echo "$*" | tr ' ' ,)" </dev/null
