"""Builds each case, sends its packets and writes down what the kernel did with them. Runs inside the user-mode Linux."""

import errno
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import time

import cases
import frames
from places import Net, enter

ETH_P_ALL, SO_TIMESTAMPNS, PACKET_AUXDATA, SOL_PACKET = 3, 35, 8, 263
IP_PKTINFO, IP_RECVERR, IPV6_RECVERR = 8, 11, 25
OUTGOING, OTHERHOST = 4, 3
ETHERNET = (1, 772)
NETLINK_NETFILTER = 12
# Longer than a kernel looks for a neighbour.
PATIENCE = 0.9


class Tap:
    """All interfaces of a namespace, and the rules that its packets match (the target TRACE)."""

    def __init__(self, place):
        self.place = place
        place.enter()
        self.frames = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.frames.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.frames.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.rules = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        for each in (self.frames, self.rules):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            each.setblocking(False)
        for family in (socket.AF_INET, socket.AF_INET6):
            self.configure(family, 1, struct.pack("!Bxxx", 3))
        self.configure(0, 1, struct.pack("!Bxxx", 1))
        self.configure(0, 2, struct.pack("!IBxxx", 0xFFFF, 2)[:8])
        self.configure(0, 5, struct.pack("!I", 1))

    def configure(self, family, kind, value):
        """NFULNL_MSG_CONFIG with one attribute, for group 0."""
        body = struct.pack("=BBH", family, 0, 0) + struct.pack("=HH", 4 + len(value), kind) + value
        self.rules.send(struct.pack("=IHHII", 16 + len(body), 4 << 8 | 1, 1, 1, 0) + body)

    def forget(self):
        """IPCTNL_MSG_CT_DELETE without a tuple: all connections."""
        self.rules.send(struct.pack("=IHHIIBBH", 20, 1 << 8 | 2, 1, 1, 0, 0, 0, 0))

    def drain(self):
        """The sightings and the rules since the last time, each in order."""
        seen, rules = [], []
        while True:
            try:
                data, extra, _, address = self.frames.recvmsg(65536, 512)
            except BlockingIOError:
                break
            stamp, tags = 0, []
            for level, kind, value in extra:
                if kind == SO_TIMESTAMPNS and level == socket.SOL_SOCKET:
                    seconds, nanos = struct.unpack("=qq", value[:16])
                    stamp = seconds * 1_000_000_000 + nanos
                elif kind == PACKET_AUXDATA and level == SOL_PACKET:
                    status, _, _, _, _, tag, _ = struct.unpack("=IIIHHHH", value[:20])
                    if status & 0x10:
                        tags = [tag & 0xFFF]
            iface, _, kind, hatype, _ = address
            what = frames.ethernet(data, tags) if hatype in ETHERNET else frames.packet(data)
            if what is not None:
                seen.append((stamp, self.place, iface, "out" if kind == OUTGOING else "in", what))
        while True:
            try:
                data = self.rules.recv(65536)
            except (BlockingIOError, OSError):
                break
            rules += self.messages(data)
        return seen, rules

    def messages(self, data):
        while len(data) >= 16:
            size, kind = struct.unpack_from("=IH", data)
            if kind == 4 << 8:
                at, found = 20, {}
                while at + 4 <= size:
                    length, name = struct.unpack_from("=HH", data, at)
                    found[name & 0x3FFF] = data[at + 4 : at + length]
                    at += (length + 3) & ~3
                what = frames.packet(found.get(9, b""))
                words = found.get(10, b"").rstrip(b"\0 ").decode().split(":")
                if what is not None and words[0].startswith("TRACE"):
                    yield what, data[16], words[0].split()[-1] if " " in words[0] else words[1].strip(), words[-3:]
            data = data[(size + 3) & ~3 :]


class Servers:
    """The listeners of all namespaces."""

    def __init__(self, listeners):
        self.sockets = {}
        for place, protocol, port, address in listeners:
            place.enter()
            for family in (socket.AF_INET, socket.AF_INET6):
                if address is not None and (":" in address) != (family == socket.AF_INET6):
                    continue
                one = socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                if protocol == "udp" and family == socket.AF_INET:
                    one.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
                elif protocol == "udp":
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
                one.bind((address or ("0.0.0.0" if family == socket.AF_INET else "::"), port))
                if protocol == "tcp":
                    one.listen(16)
                one.setblocking(False)
                self.sockets[one] = (place, protocol)

    def serve(self, one, met):
        """Takes what is there; `met` hears where it arrived and from whom."""
        place, protocol = self.sockets[one]
        if protocol == "tcp":
            try:
                with one.accept()[0] as connection:
                    met.append((place, connection.getsockname()[:2], connection.getpeername()[:2]))
            except OSError:
                pass
            return
        data, extra, _, sender = one.recvmsg(2048, 256)
        if not data.startswith(b"flow "):
            return
        for level, kind, value in extra:
            if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
                own = socket.inet_ntop(socket.AF_INET, value[8:12])
                back = [(level, kind, struct.pack("=I4s4s", 0, value[8:12], bytes(4)))]
            elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
                own = socket.inet_ntop(socket.AF_INET6, value[:16])
                back = [(level, kind, value[:16] + bytes(4))]
        met.append((place, (own, one.getsockname()[1]), sender[:2]))
        try:
            one.sendmsg([b"back " + data[5:]], back, 0, sender)
        except OSError:
            pass

    def close(self):
        for one in self.sockets:
            one.close()


class Client:
    """One packet from a namespace."""

    def __init__(self, place, protocol, dst, dport, src, sport, token):
        family = socket.AF_INET6 if ":" in dst else socket.AF_INET
        kinds = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM, "icmp": socket.SOCK_RAW}
        number = {"icmp": socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6}.get(protocol, 0)
        place.enter()
        self.protocol, self.token, self.result = protocol, token, None
        self.socket = one = socket.socket(family, kinds[protocol], number)
        one.setblocking(False)
        one.setsockopt(*((0, IP_RECVERR, 1) if family == socket.AF_INET else (41, IPV6_RECVERR, 1)))
        if protocol == "tcp":
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if protocol == "icmp":
                if src:
                    one.bind((src, 0))
            else:
                one.bind((src or ("::" if family == socket.AF_INET6 else "0.0.0.0"), sport))
            try:
                one.connect((dst, dport or 0))
            except BlockingIOError:
                pass
            payload = f"flow {token}".encode()
            if protocol == "udp":
                one.send(payload)
            elif protocol == "icmp":
                head = struct.pack("!BBHHH", 8 if family == socket.AF_INET else 128, 0, 0, 4321, 1)
                one.send(struct.pack("!BBHHH", head[0], 0, checksum(head + payload), 4321, 1) + payload)
        except OSError as error:
            self.result = errno.errorcode[error.errno]

    def look(self):
        """Whether something came back."""
        error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            self.result = errno.errorcode[error]
            return
        if self.protocol == "tcp":
            try:
                self.socket.getpeername()
                self.result = "connected"
            except OSError:
                pass
            return
        try:
            data = self.socket.recv(2048)
            if self.token.encode() in data and (self.protocol == "udp" or data[20 if data[0] >> 4 == 4 else 0] in (0, 129)):
                self.result = "ok"
        except OSError as error:
            if error.errno != errno.EAGAIN:
                self.result = errno.errorcode[error.errno]


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def watch(client, servers, met):
    """Until the client knows, and a moment longer for what comes late."""
    end, told = time.monotonic() + PATIENCE, None
    while (now := time.monotonic()) < end:
        ready = select.select([*servers.sockets, *([] if client.result else [client.socket])], [] if client.result else [client.socket], [], 0.05)
        for one in ready[0]:
            if one in servers.sockets:
                servers.serve(one, met)
        if client.result is None:
            client.look()
        if client.result and told is None:
            told = now
            end = min(end, now + 0.1)


def place_of(place):
    return {"host": place.host, "netns": place.netns}


def hop_of(place, iface, way, what):
    hop = {**place_of(place), "iface": iface, "dir": way, "src": what.src, "dst": what.dst}
    hop |= {"icmp": what.icmp} if what.icmp else {"sport": what.sport, "dport": what.dport}
    if what.vlans:
        hop |= dict(zip(("vlan", "inner_vlan"), what.vlans))
    for tunnel in what.tunnels[:1]:
        hop["vxlan" if "vni" in tunnel else "tunnel"] = tunnel
    return hop


class Recorder:
    def __init__(self, net):
        self.net = net
        self.taps = [Tap(place) for place in net.places]
        self.servers = Servers(net.listeners)
        self.rules = {place: rules_of(place) for place in net.places}

    def trace(self):
        for place in self.net.places:
            place.sh("\n".join(
                f"{command} -t raw -I {chain} -j TRACE"
                for command in ("iptables-legacy", "ip6tables-legacy") for chain in ("PREROUTING", "OUTPUT")
            ))

    def flow(self, at, attempt):
        place, protocol, dst, dport, src = self.net.questions[at]
        for tap in self.taps:
            tap.forget()
        for each, services in self.net.balancers:
            each.sh(f"ipvsadm -C\n{services}")
        for tap in self.taps:
            tap.drain()
        sport = None if protocol == "icmp" else 41000 + at
        token = f"{at}.{attempt}"
        met, before = [], {each: counters(each) for each in self.net.places}
        client = Client(place, protocol, dst, dport, src, sport, token)
        watch(client, self.servers, met)
        after = {each: counters(each) for each in self.net.places}
        client.socket.close()
        seen, rules = [], []
        for tap in self.taps:
            frames_seen, matched = tap.drain()
            seen += frames_seen
            rules += [(tap.place, *each) for each in matched]
        if protocol == "tcp":
            firsts = [what for *_, what in seen if what.role == "first" and what.sport == sport]
            firsts += [what for _, what, *_ in rules if what.role == "first" and what.sport == sport]
            token = firsts[0].token if firsts else None
        seen = [each for each in seen if token is not None and each[4].token == token and each[4].role]
        seen.sort(key=lambda each: each[0])
        if seen:
            # What is sent again is another packet.
            seen = [each for each in seen if each[0] < seen[0][0] + 900_000_000 or each[4].role == "reply"]
        rules = [each for each in rules if token is not None and each[1].token == token]
        # Rules that the packet of a tunnel meets do not count as the inner one's, but they may end its way.
        outer = self.hits([each for each in rules if each[1].tunnels], "first")[1]
        rules = [each for each in rules if not each[1].tunnels]
        moved = {each: {key for key in after[each] if after[each][key] != before[each].get(key, 0)} for each in after}
        return self.told(at, client, seen, rules, outer, met, moved)

    def told(self, at, client, seen, rules, outer, met, moved):
        place, protocol, dst, dport, src = self.net.questions[at]
        firsts = [each for each in seen if each[4].role == "first"]
        replies = [each for each in seen if each[4].role == "reply"]
        replies = [each for each in replies if each[4].kind == replies[0][4].kind and each[0] < replies[0][0] + 900_000_000]
        hit, last = self.hits(rules, "first")
        # An answer that waits for a neighbour is seen at no interface, but by the rules.
        answered = [(end, what) for end, what, *_ in rules if what.role == "reply"]
        flow = {"id": at + 1, "from": place_of(place), "proto": protocol, "dst": dst, "dport": dport, "src": src,
                "sport": None if protocol == "icmp" else 41000 + at,
                "src_used": firsts[0][4].src if firsts else None,
                "delivered_to": None, "seen_source": None, "outcome": "unknown", "reply": None,
                "client": {"result": client.result or "timeout"},
                "hops": unique(hop_of(*each[1:]) for each in firsts), "rules_hit": hit}
        if replies:
            hits, _ = self.hits(rules, "reply")
            first = replies[0]
            kind = first[4].kind
            flow["reply"] = {"kind": kind, "reached_client": client.result is not None,
                             "hops": unique(hop_of(*each[1:]) for each in replies), "rules_hit": hits}
            if first[4].icmp and kind == "icmp-error":
                flow["reply"]["icmp"] = first[4].icmp
        elif answered:
            end, what = answered[0]
            hits, _ = self.hits(rules, "reply")
            flow["reply"] = {"kind": what.kind, "reached_client": False, "hops": [], "rules_hit": hits}
            replies = [(0, end, None, "out", what)]
        self.outcome(flow, client, firsts, replies, last, outer, met, moved)
        return flow

    def outcome(self, flow, client, firsts, replies, last, outer, met, moved):
        what = replies[0][4] if replies else None
        kind = what.kind if what else None
        verdict = last["rule"].partition(" -j ")[2].split() if last else []
        if not firsts and not replies and not last:
            flow["outcome"] = "no-route"
            flow["no_route"] = {"errno": client.result}
            return
        if verdict[:1] == ["REJECT"]:
            flow["outcome"] = "rejected"
            flow["reject"] = {"with": verdict[verdict.index("--reject-with") + 1], "rule": last}
            return
        if kind in ("syn-ack", "udp", "echo-reply") or (met and not replies):
            end, (address, port), (source, sport) = met[0] if met else (replies[0][1], (what.src, what.sport), (what.dst, what.dport))
            flow["outcome"] = "delivered"
            flow["delivered_to"] = {**place_of(end), "addr": address, "port": None if flow["proto"] == "icmp" else port}
            flow["seen_source"] = {"addr": source, "port": None if flow["proto"] == "icmp" else sport}
            return
        if kind == "rst" or (kind == "icmp-error" and what.icmp in ("3/3", "1/4")):
            end = {**place_of(replies[0][1]), "addr": what.src, "port": flow["dport"] if kind == "icmp-error" else what.sport}
            flow["outcome"] = "refused"
            flow["refused"] = {**end, "by": "tcp-reset" if kind == "rst" else "icmp-port-unreachable"}
            flow["seen_source"] = {"addr": what.dst, "port": what.dport if kind == "rst" else flow["sport"]}
            return
        if kind == "icmp-error":
            flow["outcome"] = "unreachable"
            flow["unreachable"] = {**place_of(replies[0][1]), "icmp": what.icmp, "addr": what.src}
            return
        if client.result in ("EHOSTUNREACH", "ENETUNREACH"):
            flow["outcome"] = "unreachable"
            end = firsts[-1][1] if firsts else self.net.questions[flow["id"] - 1][0]
            flow["unreachable"] = {**place_of(end), "icmp": "3/1" if "." in flow["dst"] else "1/3", "addr": flow["src_used"]}
            return
        end = firsts[-1][1] if firsts else self.net.questions[flow["id"] - 1][0]
        flow["outcome"] = "dropped"
        flow["drop"] = {**place_of(end), "reason": "lost-after-interface"}
        if outer and outer["rule"].endswith("-j DROP"):
            last, verdict = outer, ["DROP"]
        if verdict[:1] == ["DROP"]:
            flow["drop"] |= {"host": last["host"], "netns": last["netns"], "reason": "rule", "rule": last}
        elif {"OutNoRoutes", "Ip6OutNoRoutes"} & moved[end] and firsts[-1:] and firsts[-1][3] == "in":
            flow["drop"]["reason"] = "no-answer"
        elif "IPReversePathFilter" in moved[end]:
            flow["drop"]["reason"] = "rp_filter"
        elif "InAddrErrors" in moved[end] or "Ip6InAddrErrors" in moved[end]:
            flow["drop"]["reason"] = "forwarding-off"
        if firsts:
            flow["drop"] |= {"iface": firsts[-1][2], "dir": firsts[-1][3]}
        flow["drop"]["counters"] = sorted(moved[end])

    def hits(self, rules, role):
        """The rules that matched, and the last of them that decided."""
        found, last = [], None
        for place, what, family, table, (chain, kind, number) in rules:
            if what.role != role:
                continue
            family = "ipv6" if family == socket.AF_INET6 else "ipv4"
            index = int(number) - (table == "raw" and chain in ("PREROUTING", "OUTPUT"))
            rule = self.rules[place].get((family, table, chain), [])
            if kind != "rule" and not (kind == "return" and index <= len(rule)):
                continue
            if index == 0 or index > len(rule):
                continue
            last = {**place_of(place), "family": family, "table": table, "chain": chain, "index": index, "rule": rule[index - 1]}
            if last not in found:
                found.append(last)
        return found, last

    def close(self):
        self.servers.close()
        for tap in self.taps:
            tap.frames.close()
            tap.rules.close()


def unique(hops):
    """A packet that is sent again is seen again."""
    found = []
    for hop in hops:
        if hop not in found:
            found.append(hop)
    return found


def rules_of(place):
    rules = {}
    for family, command in (("ipv4", "iptables-legacy-save"), ("ipv6", "ip6tables-legacy-save")):
        table = None
        for line in place.sh(command).splitlines():
            if line.startswith("*"):
                table = line[1:]
            elif line.startswith("-A "):
                rules.setdefault((family, table, line.split()[1]), []).append(line)
    return rules


def counters(place):
    """The kernel's counters of lost packets."""
    place.enter()
    found = {}
    with open("/proc/thread-self/net/netstat", encoding="utf-8") as file:
        lines = file.read().splitlines()
    with open("/proc/thread-self/net/snmp", encoding="utf-8") as file:
        lines += file.read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        found |= dict(zip(names.split()[1:], map(int, values.split()[1:])))
    with open("/proc/thread-self/net/snmp6", encoding="utf-8") as file:
        found |= {name: int(value) for name, value in (line.split()[:2] for line in file)}
    lost = ("IPReversePathFilter", "InNoRoutes", "InAddrErrors", "InDiscards", "InHdrErrors", "OutNoRoutes", "OutDiscards", "NoPorts",
            "Ip6InAddrErrors", "Ip6InNoRoutes", "Ip6InDiscards", "Ip6OutNoRoutes")
    return {name: found[name] for name in lost if name in found}


def steady(flow):
    """What must be alike each time; the kernel may take a port at random."""
    return json.dumps({key: value for key, value in flow.items() if key not in ("drop",)} | {"drop": (flow.get("drop") or {}).get("reason")})


def record(net, name, title, build, out):
    build(net)
    net.ready()
    folder = f"{out}/case-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    for place in net.places:
        if place.netns is None:
            os.makedirs(f"{folder}/{place.host}/sos_commands/host")
            with open(f"{folder}/{place.host}/sos_commands/host/hostname", "w", encoding="utf-8") as file:
                file.write(f"{place.host}\n")
    recorder = Recorder(net)
    for at in range(len(net.questions)):
        recorder.flow(at, 0)
    for place in net.places:
        guests = [each for each in net.places if each.host == place.host and each.netns is not None]
        place.save(f"{folder}/{place.host}", guests)
    recorder.trace()
    flows = []
    for at in range(len(net.questions)):
        one, two = recorder.flow(at, 1), recorder.flow(at, 2)
        if steady(one) == steady(two):
            flows.append(two)
        else:
            print(f"{name}: flow {at + 1} was not the same twice\n  {steady(one)}\n  {steady(two)}", flush=True)
        print(f"{name} #{at + 1}: {two['proto']} {two['dst']} {two['outcome']} {two['client']['result']}", flush=True)
    recorder.close()
    enter(None)
    hosts = [place.host for place in net.places if place.netns is None]
    truth = {"title": title, "backend": "legacy", "layout": "sos-subdirs", "kernel": os.uname().release,
             "hosts": [{"host": host, "netns": [each.netns for each in net.places if each.host == host and each.netns]} for host in hosts]}
    with open(f"{folder}/truth.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(truth)[:-1] + ', "flows": [\n' + ",\n".join(map(json.dumps, flows)) + "\n]}\n")


def main(out, *wanted):
    for name, title, build in cases.CASES:
        if not wanted or name.split("-")[0] in wanted:
            net = Net()
            try:
                record(net, name, title, build, out)
            except subprocess.CalledProcessError as error:
                print(f"{name}: {error}\n{error.stderr}", flush=True)
            net.remove()


main(*sys.argv[1:])
