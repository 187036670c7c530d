"""Network namespaces: the machines of a case, the namespaces in them, and the switch between them."""

import ctypes
import os
import subprocess
import time
from dataclasses import dataclass

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

# The dumps that are saved of each namespace: the name as sos has it, the command.
NETWORKING = {
    "ip_-d_address": "ip -d address",
    "ip_route_show_table_all": "ip route show table all",
    "ip_-4_rule_list": "ip -4 rule list",
    "ip_-6_rule_list": "ip -6 rule list",
    "ip_neigh_show": "ip neigh show",
    "bridge_fdb_show": "bridge fdb show",
    "bridge_-d_vlan_show": "bridge -d vlan show",
    "ss_-tulnp": "ss -tulnp",
    "iptables-save_-c": "iptables-legacy-save -c",
    "ip6tables-save_-c": "ip6tables-legacy-save -c",
    "ipvsadm_-Ln": "ipvsadm -Ln",
    "sysctl_-a": "sysctl -a",
}
FOLDERS = {"iptables-save_-c": "firewall_tables", "ip6tables-save_-c": "firewall_tables", "ipvsadm_-Ln": "ipvs", "sysctl_-a": "kernel"}
SETTINGS = (
    r"^net\.(ipv4\.(conf\..*\.(accept_local|arp_ignore|forwarding|proxy_arp|route_localnet|rp_filter|src_valid_mark)"
    r"|fwmark_reflect|icmp_echo_ignore_all|ip_default_ttl|ip_forward|ip_nonlocal_bind|tcp_fwmark_accept|(tcp|udp|raw)_l3mdev_accept"
    r"|vs\.(conntrack|expire_nodest_conn|sloppy_tcp))|ipv6\.conf\..*\.(disable_ipv6|forwarding)|bridge\.bridge-nf-call-ip6?tables) "
)

MARK = "=== next"


@dataclass(frozen=True)
class Place:
    host: str
    netns: str | None

    @property
    def name(self):
        return self.host if self.netns is None else f"{self.host}.{self.netns}"

    def enter(self):
        enter(self.name)

    def sh(self, script, check=True):
        """Runs a script in the namespace; its devices answer for their own addresses only once they are up."""
        return subprocess.run(
            ["ip", "netns", "exec", self.name, "sh", "-e" if check else "+e", "-c", script],
            check=check, capture_output=True, text=True,
        ).stdout

    def save(self, root, guests):
        commands = {**NETWORKING, "sysctl_-a": f"sysctl -a | grep -E '{SETTINGS}'"}
        # A machine knows its own namespaces by their own names, and no others.
        names = "mkdir -p /run/names; mount -t tmpfs names /run/names\n"
        for each in guests:
            names += f"touch /run/names/{each.netns}; mount --bind /run/netns/{each.name} /run/names/{each.netns}\n"
        names += "mount --rbind /run/names /run/netns\n"
        script = names + "\n".join(f"{command}\necho {MARK}" for command in commands.values())
        texts = self.sh(script, check=False).split(f"{MARK}\n")
        for name, text in zip(commands, texts):
            # That there are no rules is told by an empty dump.
            if not text.strip() and not name.endswith("tables-save_-c"):
                continue
            if self.netns is None:
                path = f"{root}/sos_commands/{FOLDERS.get(name, 'networking')}/{name}"
            else:
                path = f"{root}/sos_commands/networking/namespaces/{self.netns}/ip_netns_exec_{self.netns}_{name}"
            write(path, text)
        if self.netns is None:
            self.save_proc(root)

    def save_proc(self, root):
        for folder in ("/proc/net/bonding", "/proc/net/vlan"):
            files = self.sh(f"cd {folder} 2>/dev/null && ls || true").split()
            for file in files:
                if folder.endswith("vlan") and file != "config":
                    continue
                text = self.sh(f"cat {folder}/{file}")
                if folder.endswith("bonding") or text.count("\n") > 2:
                    write(f"{root}{folder}/{file}", text)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def enter(name):
    """Moves this process into a namespace; sockets that it opens then stay there."""
    path = "/proc/1/ns/net" if name is None else f"/run/netns/{name}"
    handle = os.open(path, os.O_RDONLY)
    try:
        if LIBC.setns(handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {name}")
    finally:
        os.close(handle)


class Net:
    """A network under construction."""

    def __init__(self):
        self.places = []
        self.listeners = []
        self.questions = []
        # The places whose IPVS starts afresh for each packet.
        self.balancers = []
        self.macs = 0
        self.run("ip netns add lan")
        # Tags pass the switch, as a plain one lets them.
        self.run("ip -n lan link add sw type bridge vlan_filtering 0 forward_delay 0 mcast_snooping 0")
        self.run("ip -n lan link set sw up")
        self.run("ip netns exec lan sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0")

    def run(self, command):
        subprocess.run(command, shell=True, check=True)

    def host(self, name, setup="", uplinks=("eth0",)):
        """A machine with its uplinks on the switch; `setup` runs in it."""
        place = self.add(Place(name, None))
        for uplink in uplinks:
            self.macs += 1
            mac = f"52:54:00:12:34:{self.macs:02x}"
            self.run(f"ip -n lan link add p{self.macs} type veth peer name {uplink} address {mac} netns {name}")
            self.run(f"ip -n lan link set p{self.macs} master sw up && ip -n {name} link set {uplink} up")
        place.sh(setup)
        return place

    def inside(self, host, name, setup=""):
        """A namespace in a machine; the machine reaches it as `ip link set … netns HOST.NAME`."""
        place = self.add(Place(host, name))
        place.sh(setup)
        return place

    def add(self, place):
        self.run(f"ip netns add {place.name} && ip -n {place.name} link set lo up")
        # Without duplicate address detection IPv6 is there at once.
        place.sh("sysctl -q -w net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0")
        self.places.append(place)
        return place

    def cable(self, one, first, other, second):
        """Links two machines directly."""
        self.macs += 2
        macs = [f"52:54:00:12:34:{each:02x}" for each in (self.macs - 1, self.macs)]
        self.run(
            f"ip -n {one.name} link add {first} address {macs[0]} type veth peer name {second} address {macs[1]} netns {other.name}"
            f" && ip -n {one.name} link set {first} up && ip -n {other.name} link set {second} up"
        )

    def ready(self):
        """Waits for carriers, and has neighbours that do not answer given up soon."""
        for place in self.places:
            place.sh("for each in /proc/sys/net/ipv*/neigh/*/retrans_time_ms; do echo 150 >$each; done", check=False)
        time.sleep(1.2)

    def listen(self, place, protocol, port, address=None):
        self.listeners.append((place, protocol, port, address))

    def ask(self, place, protocol, dst, dport=None, src=None):
        self.questions.append((place, protocol, dst, dport, src))

    def remove(self):
        for place in self.places:
            self.run(f"ip netns del {place.name}")
        self.run("ip netns del lan")
