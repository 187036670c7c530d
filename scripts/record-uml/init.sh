#!/bin/sh
# The first program in the user-mode Linux; the kernel gives it OUT and CASES of its command line.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mkdir /run/netns
mount --bind /usr/lib/uml/modules /lib/modules
for module in nfnetlink_log br_netfilter ip_vs iptable_raw iptable_nat ip6table_raw ip6table_nat; do
	modprobe $module
done
python3 -B "$(dirname "$0")/record.py" "$OUT" $(echo "$CASES" | tr , ' ')
sync
halt -f
