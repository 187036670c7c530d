"""What a packet says: its addresses from the outside in, and what tells it from all others."""

import socket
import struct
from dataclasses import dataclass, field

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
INSIDE = {4: "ipip", 41: "sit", 47: "gre"}
FAMILY = {0x0800: 4, 0x86DD: 6}
TAGS = (0x8100, 0x88A8)
VXLAN_PORTS = (4789, 8472)


@dataclass
class Seen:
    src: str
    dst: str
    sport: int | None = None
    dport: int | None = None
    # `first` is what a client sends, `reply` what comes back to it; the token is of the flow.
    role: str = ""
    token: object = None
    kind: str = ""
    icmp: str | None = None
    vlans: list = field(default_factory=list)
    # From the outside in.
    tunnels: list = field(default_factory=list)


def ethernet(data, vlans=()):
    """The packet in an Ethernet frame; `vlans` are the tags that the kernel keeps beside it."""
    vlans, at = list(vlans), 12
    if len(data) < 14:
        return None
    while (kind := struct.unpack_from("!H", data, at)[0]) in TAGS:
        vlans.append(struct.unpack_from("!H", data, at + 2)[0] & 0xFFF)
        at += 4
    if kind not in FAMILY:
        return None
    seen = packet(data[at + 2 :])
    if seen is not None:
        seen.vlans = vlans
    return seen


def packet(data, quoted=False):
    if len(data) < 20:
        return None
    if data[0] >> 4 == 4:
        size, protocol = (data[0] & 15) * 4, data[9]
        if struct.unpack_from("!H", data, 6)[0] & 0x1FFF:
            return None
        src, dst = (socket.inet_ntop(socket.AF_INET, data[at : at + 4]) for at in (12, 16))
    elif data[0] >> 4 == 6 and len(data) >= 40:
        size, protocol = 40, data[6]
        src, dst = (socket.inet_ntop(socket.AF_INET6, data[at : at + 16]) for at in (8, 24))
        # ip6tnl puts a limit of encapsulations before the packet.
        while protocol in (0, 60) and len(data) >= size + 8:
            protocol, size = data[size], size + 8 * (data[size + 1] + 1)
    else:
        return None
    seen, body = Seen(src, dst), data[size:]
    if protocol in INSIDE:
        return through(seen, INSIDE[protocol] if data[0] >> 4 == 4 else V6_INSIDE[protocol], unwrapped(protocol, body))
    if protocol == UDP and len(body) > 16 and struct.unpack_from("!H", body, 2)[0] in VXLAN_PORTS and not quoted:
        vni = struct.unpack_from("!I", body, 12)[0] >> 8
        return through(seen, {"vni": vni}, ethernet(body[16:]))
    if protocol in (TCP, UDP) and len(body) >= 8:
        seen.sport, seen.dport = struct.unpack_from("!HH", body)
    if protocol == TCP and len(body) >= 8:
        tcp(seen, body, quoted)
    elif protocol == UDP:
        seen.token, seen.role, seen.kind = told(body[8:])
        seen.kind = "udp"
    elif protocol in (ICMP, ICMPV6) and len(body) >= 8:
        icmp(seen, protocol, body)
    return seen


V6_INSIDE = {4: "ip6tnl", 41: "ip6tnl", 47: "ip6gre"}


def unwrapped(protocol, body):
    if protocol != 47:
        return packet(body)
    flags, kind = struct.unpack_from("!HH", body)
    inner = body[4 + 4 * sum(1 for bit in (0x8000, 0x2000, 0x1000) if flags & bit) :]
    return ethernet(inner) if kind == 0x6558 else packet(inner)


def through(outer, kind, inner):
    """The packet inside, with the addresses of the one around it."""
    if inner is None:
        return None
    about = {"src": outer.src, "dst": outer.dst}
    inner.tunnels.insert(0, {**(kind if isinstance(kind, dict) else {"kind": kind}), **about})
    inner.vlans = []
    return inner


def tcp(seen, body, quoted):
    """A SYN is told by its sequence number, which its answer acknowledges."""
    seq = struct.unpack_from("!I", body, 4)[0]
    if quoted or len(body) < 20:
        seen.token = seq
        return
    ack, flags = struct.unpack_from("!I", body, 8)[0], body[13]
    if flags & 0x12 == 0x02:
        seen.token, seen.role = seq, "first"
    elif flags & 0x12 == 0x12 or (flags & 4 and flags & 0x10):
        seen.token, seen.role = (ack - 1) & 0xFFFFFFFF, "reply"
        seen.kind = "rst" if flags & 4 else "syn-ack"


def told(payload):
    """`flow 12.1` of what a client sends, `back 12.1` of what the server does."""
    word, _, token = payload[:32].rstrip(b"\0").partition(b" ")
    return token.decode(errors="replace"), {b"flow": "first", b"back": "reply"}.get(word, ""), ""


def icmp(seen, protocol, body):
    kind, code = body[0], body[1]
    seen.icmp = f"{kind}/{code}"
    echoes = {ICMP: (8, 0), ICMPV6: (128, 129)}[protocol]
    if kind in echoes:
        seen.token, role, _ = told(body[8:])
        if role:
            seen.role, seen.kind = ("first", "") if kind == echoes[0] else ("reply", "echo-reply")
    elif (kind < 128) if protocol == ICMPV6 else kind in (3, 4, 5, 11, 12):
        about = packet(body[8:], quoted=True)
        if about is not None and about.token is not None and not about.tunnels:
            seen.token, seen.role, seen.kind = about.token, "reply", "icmp-error"
