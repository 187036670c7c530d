"""The cases: small networks, and the packets that are sent in them."""

CASES = []


def case(name, title):
    def add(build):
        CASES.append((name, title, build))
        return build

    return add


FORWARD = "sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1\n"


@case("U01-vlan", "VLAN interfaces over a plain LAN, and a router between two of them")
def vlan(net):
    def station(name, number, tags):
        setup = f"ip address add 10.1.0.{number}/24 dev eth0\n"
        for tag in tags:
            setup += f"ip link add link eth0 name eth0.{tag} type vlan id {tag}\nip address add 10.1.{tag}.{number}/24 dev eth0.{tag}\n"
            setup += f"ip address add fd00:1:{tag}::{number}/64 dev eth0.{tag}\nip link set eth0.{tag} up\n"
        return net.host(name, setup)

    router = station("router", 1, (10, 20))
    ann, bob, cat = station("ann", 2, (10,)), station("bob", 3, (20,)), station("cat", 4, (10, 30))
    router.sh(FORWARD + "iptables-legacy -A FORWARD -i eth0.20 -o eth0.10 -p tcp --dport 22 -j DROP")
    ann.sh("ip route add 10.1.20.0/24 via 10.1.10.1\nip -6 route add fd00:1:20::/64 via fd00:1:10::1")
    bob.sh("ip route add 10.1.10.0/24 via 10.1.20.1\nip -6 route add fd00:1:10::/64 via fd00:1:20::1")
    for place in (ann, bob, cat):
        net.listen(place, "tcp", 80)
        net.listen(place, "udp", 53)
    net.ask(ann, "tcp", "10.1.10.4", 80)
    net.ask(ann, "tcp", "10.1.20.3", 80)
    net.ask(ann, "tcp", "fd00:1:20::3", 80)
    net.ask(bob, "tcp", "10.1.10.2", 22)
    net.ask(bob, "udp", "10.1.10.2", 53)
    net.ask(bob, "tcp", "10.1.0.2", 80)
    # Its answer would go by VLAN 10, of which it is: the way back has a filter only where one is set.
    net.ask(bob, "tcp", "10.1.10.4", 80)
    # Nobody else is in VLAN 30.
    net.ask(cat, "icmp", "10.1.30.9")
    net.ask(cat, "tcp", "10.1.20.3", 80)


@case("U02-vlan-bridge", "Bridges that filter VLANs: access ports, a trunk over the LAN, interfaces of the bridge itself")
def vlan_bridge(net):
    def switch(name, number, ports):
        host = net.host(name, f"""
            ip link add br0 type bridge vlan_filtering 1 vlan_default_pvid 1 forward_delay 0
            ip link set br0 up
            ip link set eth0 master br0
            bridge vlan add dev eth0 vid 10
            bridge vlan add dev eth0 vid 20
            bridge vlan add dev br0 vid 10 self
            ip link add link br0 name br0.10 type vlan id 10
            ip address add 10.2.10.{number}/24 dev br0.10
            ip link set br0.10 up
            ip address add 10.2.1.{number}/24 dev br0
            ip link add link eth0 name eth0.50 type vlan id 50
            ip address add 10.2.50.{number}/24 dev eth0.50
            ip link set eth0.50 up
        """)
        for port, (vid, address) in ports.items():
            guest = net.inside(name, port)
            host.sh(f"""
                ip link add veth-{port} type veth peer name eth0 netns {guest.name}
                ip link set veth-{port} master br0 up
                bridge vlan del dev veth-{port} vid 1
                bridge vlan add dev veth-{port} vid {vid} pvid untagged
            """)
            guest.sh(f"ip address add {address}/24 dev eth0\nip link set eth0 up")
            net.listen(guest, "tcp", 80)
            yield guest
        net.listen(host, "tcp", 80)
        yield host

    red1, blue1, one = switch("one", 1, {"red": (10, "10.2.10.11"), "blue": (20, "10.2.20.11")})
    red2, blue2, two = switch("two", 2, {"red": (10, "10.2.10.12"), "blue": (30, "10.2.20.12")})
    net.ask(red1, "tcp", "10.2.10.12", 80)
    net.ask(red1, "tcp", "10.2.10.1", 80)
    net.ask(red1, "tcp", "10.2.10.2", 80)
    # The other blue is in VLAN 30.
    net.ask(blue1, "tcp", "10.2.20.12", 80)
    net.ask(one, "tcp", "10.2.10.12", 80)
    net.ask(two, "tcp", "10.2.1.1", 80)
    net.ask(two, "icmp", "10.2.10.11")
    # An interface of a port takes its frames before the bridge does.
    net.ask(one, "tcp", "10.2.50.2", 80)


@case("U03-bond", "Bonds: active-backup on the LAN with VLANs on top, 802.3ad and balance-xor over two cables")
def bond(net):
    def backup(name, number):
        return net.host(name, f"""
            ip link add bond0 type bond mode active-backup miimon 100
            ip link set eth0 down; ip link set eth1 down
            ip link set eth0 master bond0; ip link set eth1 master bond0
            ip link set bond0 up
            ip address add 10.3.0.{number}/24 dev bond0
            ip link add link bond0 name bond0.5 type vlan id 5
            ip address add 10.3.5.{number}/24 dev bond0.5
            ip link set bond0.5 up
        """, ("eth0", "eth1"))

    one, two = backup("one", 1), backup("two", 2)
    two.sh("ip link set bond0 type bond active_slave eth1")
    left, right = net.host("left", "", ()), net.host("right", "", ())
    for each in range(4):
        net.cable(left, f"eth{each}", right, f"eth{each}")
    for number, place in ((1, left), (2, right)):
        place.sh(f"""
            ip link add lag type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4
            ip link add xor type bond mode balance-xor miimon 100
            for each in 0 1 2 3; do ip link set eth$each down; done
            ip link set eth0 master lag; ip link set eth1 master lag
            ip link set eth3 master xor; ip link set eth2 master xor
            ip link set lag up; ip link set xor up
            ip address add 10.3.1.{number}/24 dev lag; ip address add 10.3.2.{number}/24 dev xor
            ip address add 10.3.2.1{number}/24 dev xor; ip address add fd00:3:1::{number}/64 dev lag
        """)
    net.run("sleep 4")
    for place in (two, right):
        net.listen(place, "tcp", 80)
    net.ask(one, "tcp", "10.3.0.2", 80)
    net.ask(one, "tcp", "10.3.5.2", 80)
    for _ in range(3):
        net.ask(left, "tcp", "10.3.1.2", 80)
    net.ask(left, "tcp", "fd00:3:1::2", 80)
    net.ask(left, "tcp", "10.3.2.2", 80)
    net.ask(left, "tcp", "10.3.2.12", 80)


@case("U04-macvlan", "Macvlans: bridge, private, VEPA, and the machine below them")
def macvlan(net):
    below = net.host("below", "ip address add 10.4.0.1/24 dev eth0")
    other = net.host("other", "ip address add 10.4.0.2/24 dev eth0")
    guests = {}
    for number, (name, mode) in enumerate((("b1", "bridge"), ("b2", "bridge"), ("p1", "private"), ("p2", "private"), ("v1", "vepa"), ("v2", "vepa")), 11):
        guests[name] = guest = net.inside("below", name)
        below.sh(f"ip link add link eth0 name {name} address 52:54:00:aa:00:{number:02x} type macvlan mode {mode}\nip link set {name} netns {guest.name} name eth0")
        guest.sh(f"ip address add 10.4.0.{number}/24 dev eth0\nip link set eth0 up")
        net.listen(guest, "tcp", 80)
    below.sh("ip link add link eth0 name mac0 type macvlan mode bridge\nip address add 10.4.0.30/24 dev mac0\nip link set mac0 up")
    for place in (below, other):
        net.listen(place, "tcp", 80)
    net.ask(guests["b1"], "tcp", "10.4.0.12", 80)
    net.ask(guests["b1"], "tcp", "10.4.0.2", 80)
    net.ask(other, "tcp", "10.4.0.11", 80)
    # The machine does not reach the macvlans on its own interface, nor they it.
    net.ask(guests["b1"], "tcp", "10.4.0.1", 80)
    net.ask(guests["b2"], "tcp", "10.4.0.30", 80)
    net.ask(guests["p1"], "tcp", "10.4.0.14", 80)
    net.ask(guests["p1"], "tcp", "10.4.0.2", 80)
    # The switch does not send back by the port that it came by.
    net.ask(guests["v1"], "tcp", "10.4.0.16", 80)
    net.ask(other, "tcp", "10.4.0.15", 80)
    net.ask(below, "tcp", "10.4.0.2", 80)


@case("U05-ipvlan", "Ipvlans of the modes l2, l3 and l3s")
def ipvlan(net):
    router = net.host("router", FORWARD + "ip address add 10.5.0.1/24 dev eth0\nip route add 10.5.3.0/24 via 10.5.0.13\nip route add 10.5.4.0/24 via 10.5.0.14")
    net.listen(router, "tcp", 80)
    guests = {}
    for number, (host, mode) in enumerate((("two", "l2"), ("three", "l3"), ("sym", "l3s")), 12):
        below = net.host(host, FORWARD + f"ip address add 10.5.0.{number}/24 dev eth0")
        if mode == "l3s":
            below.sh("iptables-legacy -A INPUT -p tcp --dport 81 -j DROP")
        network = "0" if mode == "l2" else str(number - 10)
        for each in (1, 2):
            guest = guests[f"{host}{each}"] = net.inside(host, f"g{each}")
            below.sh(f"ip link add link eth0 name g{each} type ipvlan mode {mode}\nip link set g{each} netns {guest.name} name eth0")
            guest.sh(f"ip address add 10.5.{network}.{number}{each}/24 dev eth0\nip link set eth0 up\n" + (f"ip route add default dev eth0" if mode != "l2" else "ip route add default via 10.5.0.1"))
            net.listen(guest, "tcp", 80)
            net.listen(guest, "tcp", 81)
    router.sh("ip route replace 10.5.3.0/24 via 10.5.0.13\nip route replace 10.5.4.0/24 via 10.5.0.14")
    net.ask(guests["two1"], "tcp", "10.5.0.122", 80)
    net.ask(guests["two1"], "tcp", "10.5.0.1", 80)
    net.ask(router, "tcp", "10.5.0.121", 80)
    net.ask(guests["two1"], "tcp", "10.5.0.12", 80)
    net.ask(guests["three1"], "tcp", "10.5.3.132", 80)
    net.ask(guests["three1"], "tcp", "10.5.0.1", 80)
    net.ask(router, "tcp", "10.5.3.131", 80)
    net.ask(guests["sym1"], "tcp", "10.5.4.142", 80)
    net.ask(guests["sym1"], "tcp", "10.5.0.1", 80)
    net.ask(router, "tcp", "10.5.4.141", 80)
    net.ask(router, "tcp", "10.5.4.141", 81)


@case("U06-vrf", "A router with two VRFs whose networks overlap")
def vrf(net):
    router = net.host("router", FORWARD + """sysctl -q -w net.ipv4.conf.all.rp_filter=1
        ip link add red type vrf table 10; ip link add blue type vrf table 20
        ip link set red up; ip link set blue up
        ip route add table 10 unreachable default metric 4278198272
        ip route add table 20 unreachable default metric 4278198272
        ip link add link eth0 name eth0.11 type vlan id 11; ip link add link eth0 name eth0.12 type vlan id 12
        ip link add link eth0 name eth0.21 type vlan id 21; ip link add link eth0 name eth0.22 type vlan id 22
        ip link set eth0.11 master red; ip link set eth0.12 master red
        ip link set eth0.21 master blue; ip link set eth0.22 master blue
        for each in 11 12 21 22; do ip link set eth0.$each up; done
        ip address add 10.6.1.1/24 dev eth0.11; ip address add 10.6.2.1/24 dev eth0.12
        ip address add 10.6.1.1/24 dev eth0.21; ip address add 10.6.3.1/24 dev eth0.22
        ip address add 10.6.9.1/24 dev eth0
        ip address add fd00:6:1::1/64 dev eth0.11; ip address add fd00:6:2::1/64 dev eth0.12
        iptables-legacy -A FORWARD -i red -p tcp --dport 22 -j DROP
        iptables-legacy -A FORWARD -i eth0.11 -p tcp --dport 23 -j DROP
        iptables-legacy -A FORWARD -i red -o eth0.12 -j ACCEPT
    """)

    def station(name, tag, address, gateway):
        network = address.rsplit(".", 1)[0].split(".")[2]
        return net.host(name, f"""
            ip link add link eth0 name eth0.{tag} type vlan id {tag}; ip link set eth0.{tag} up
            ip address add {address}/24 dev eth0.{tag}; ip route add default via {gateway}
            ip address add fd00:6:{network}::{tag}/64 dev eth0.{tag}; ip -6 route add default via fd00:6:{network}::1
        """)

    red1, red2 = station("red1", 11, "10.6.1.2", "10.6.1.1"), station("red2", 12, "10.6.2.2", "10.6.2.1")
    blue1, blue2 = station("blue1", 21, "10.6.1.3", "10.6.1.1"), station("blue2", 22, "10.6.3.2", "10.6.3.1")
    for place in (router, red1, red2, blue1, blue2):
        net.listen(place, "tcp", 80)
    net.ask(red1, "tcp", "10.6.2.2", 80)
    net.ask(red1, "tcp", "10.6.2.2", 22)
    net.ask(red1, "tcp", "10.6.2.2", 23)
    net.ask(red1, "tcp", "fd00:6:2::12", 80)
    net.ask(red1, "icmp", "10.6.1.1")
    # A socket that is not bound to a VRF takes nothing of one (tcp_l3mdev_accept is 0).
    net.ask(red1, "tcp", "10.6.2.1", 80)
    # The VRFs do not know each other's networks.
    net.ask(red1, "tcp", "10.6.3.2", 80)
    net.ask(blue1, "tcp", "10.6.3.2", 80)
    net.ask(blue1, "icmp", "10.6.9.1")
    # Nor does the machine's own table know theirs.
    net.ask(router, "tcp", "10.6.2.2", 80)


@case("U07-tunnels", "IPIP, GRE, SIT, GRE with Ethernet and tunnels over IPv6 between two routers")
def tunnels(net):
    kinds = {
        "ipip": "ipip local 10.7.0.{a} remote 10.7.0.{b} ttl 64",
        "gre": "gre local 10.7.0.{a} remote 10.7.0.{b} key 7 ttl 64",
        "sit": "sit local 10.7.0.{a} remote 10.7.0.{b} ttl 64",
        "gretap": "gretap local 10.7.0.{a} remote 10.7.0.{b} ttl 64 nopmtudisc",
        "six": "ip6tnl mode any local fd00:7::{a} remote fd00:7::{b}",
        "gre6": "ip6gre local fd00:7::{a} remote fd00:7::{b}",
    }

    def router(name, a, b):
        host = net.host(name, FORWARD + f"ip address add 10.7.0.{a}/24 dev eth0; ip address add fd00:7::{a}/64 dev eth0")
        for number, (kind, text) in enumerate(kinds.items(), 1):
            host.sh(f"""
                ip link add t-{kind} type {text.format(a=a, b=b)}
                ip link set t-{kind} up
                ip address add 10.7.{number}0.{a}/24 dev t-{kind}
                ip -6 address add fd00:7:{number}::{a}/64 dev t-{kind}
            """)
        net.listen(host, "tcp", 80)
        return host

    one, two = router("one", 1, 2), router("two", 2, 1)
    guest = net.inside("two", "guest")
    two.sh(f"ip link add veth-guest type veth peer name eth0 netns {guest.name}; ip link set veth-guest up; ip address add 10.7.99.1/24 dev veth-guest; ip -6 address add fd00:7:99::1/64 dev veth-guest")
    guest.sh("ip link set eth0 up; ip address add 10.7.99.2/24 dev eth0; ip route add default via 10.7.99.1; ip -6 address add fd00:7:99::2/64 dev eth0; ip -6 route add default via fd00:7:99::1")
    one.sh("ip route add 10.7.99.0/24 dev t-ipip; ip -6 route add fd00:7:99::/64 via fd00:7:3::2 dev t-sit; ip route add 10.7.98.0/24 via 10.7.20.2")
    # The far end of this one has a rule that drops its packets.
    one.sh("ip link add shut type gre local 10.7.0.1 remote 10.7.0.4; ip link set shut up; ip address add 10.7.90.1/24 dev shut")
    net.host("four", "ip address add 10.7.0.4/24 dev eth0; ip link add back type gre local 10.7.0.4 remote 10.7.0.1; ip link set back up; ip address add 10.7.90.4/24 dev back; iptables-legacy -A INPUT -p gre -j DROP")
    net.listen(guest, "tcp", 80)
    for number in (1, 2, 4, 5, 6):
        net.ask(one, "tcp", f"10.7.{number}0.2", 80)
    for number in (2, 3, 4, 5, 6):
        net.ask(one, "tcp", f"fd00:7:{number}::2", 80)
    net.ask(one, "tcp", "10.7.99.2", 80)
    net.ask(one, "tcp", "fd00:7:99::2", 80)
    net.ask(one, "udp", "10.7.10.2", 5353)
    net.ask(one, "tcp", "10.7.90.4", 80)
    net.ask(one, "tcp", "10.7.98.1", 80)


@case("U08-vxlan", "VXLAN with a multicast group, with a static table, and with a remote")
def vxlan(net):
    def host(name, number):
        others = [each for each in (1, 2, 3) if each != number]
        static = "\n".join(f"bridge fdb append 00:00:00:00:00:00 dev static dst 10.8.0.{each}" for each in others)
        return net.host(name, f"""
            ip address add 10.8.0.{number}/24 dev eth0
            ip link add multi type vxlan id 100 group 239.1.1.1 dev eth0 dstport 4789
            ip link set multi up; ip address add 10.8.100.{number}/24 dev multi
            ip link add static type vxlan id 200 local 10.8.0.{number} dstport 4789
            ip link add br0 type bridge; ip link set static master br0 up; ip link set br0 up
            {static}
            ip address add 10.8.200.{number}/24 dev br0
            ip link add point type vxlan id 300 remote 10.8.0.{others[0]} dstport 8472
            ip link set point up; ip address add 10.8.30.{number}/24 dev point
        """)

    one, two, three = host("one", 1), host("two", 2), host("three", 3)
    for place in (one, two, three):
        net.listen(place, "tcp", 80)
    net.ask(one, "tcp", "10.8.100.3", 80)
    net.ask(two, "tcp", "10.8.100.1", 80)
    net.ask(one, "tcp", "10.8.200.2", 80)
    net.ask(three, "tcp", "10.8.200.2", 80)
    net.ask(one, "tcp", "10.8.30.2", 80)
    net.ask(one, "icmp", "10.8.100.9")


def balanced(net, base, setup=""):
    """A balancer, two real servers and a client on one LAN."""
    director = net.host("director", FORWARD + f"sysctl -q -w net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0\nip address add {base}.1/24 dev eth0\nip address add {base}.100/32 dev eth0\n" + setup)
    one = net.host("one", f"ip address add {base}.11/24 dev eth0")
    two = net.host("two", f"ip address add {base}.12/24 dev eth0")
    client = net.host("client", f"ip address add {base}.50/24 dev eth0")
    for place in (one, two):
        net.listen(place, "tcp", 80)
        net.listen(place, "udp", 53)
        net.listen(place, "tcp", 8080)
    return director, one, two, client


def service(net, director, text):
    director.sh("ipvsadm -C\n" + text)
    net.balancers.append((director, text))


@case("U09-ipvs-masq", "IPVS that rewrites, with and without connection tracking, on the way back and past it")
def ipvs_masq(net):
    director, one, two, client = balanced(net, "10.9.0", "modprobe ip_vs; sysctl -q -w net.ipv4.vs.conntrack=1\n")
    inner = net.host("inner", "ip address add 10.99.0.11/24 dev eth0; ip route add default via 10.99.0.1")
    director.sh("ip address add 10.99.0.1/24 dev eth0; ip address add fd00:9::1/64 dev eth0")
    inner.sh("ip address add fd00:9::11/64 dev eth0; ip -6 route add default via fd00:9::1")
    client.sh("ip route add 10.99.0.0/24 via 10.9.0.1; ip address add fd00:99::50/64 dev eth0; ip -6 route add default via fd00:99::1")
    director.sh("ip address add fd00:99::1/64 dev eth0; iptables-legacy -t nat -A POSTROUTING -m ipvs --vaddr 10.9.0.100 --vport 82 -j MASQUERADE; iptables-legacy -A INPUT -p tcp --dport 85 -j REJECT; iptables-legacy -A OUTPUT -p tcp --sport 80 -j ACCEPT")
    net.listen(inner, "tcp", 80)
    net.listen(inner, "udp", 53)
    net.listen(director, "tcp", 86)
    service(net, director, """
        ipvsadm -A -t 10.9.0.100:80 -s rr; ipvsadm -a -t 10.9.0.100:80 -r 10.99.0.11:80 -m
        ipvsadm -A -t 10.9.0.100:81 -s wrr; ipvsadm -a -t 10.9.0.100:81 -r 10.9.0.11:80 -m -w 3; ipvsadm -a -t 10.9.0.100:81 -r 10.9.0.12:80 -m -w 0
        ipvsadm -A -t 10.9.0.100:82 -s rr; ipvsadm -a -t 10.9.0.100:82 -r 10.9.0.12:8080 -m
        ipvsadm -A -t 10.9.0.100:83 -s rr
        ipvsadm -A -t 10.9.0.100:84 -s rr; ipvsadm -a -t 10.9.0.100:84 -r 10.99.0.11:8000 -m
        ipvsadm -A -t 10.9.0.100:85 -s rr; ipvsadm -a -t 10.9.0.100:85 -r 10.99.0.11:80 -m
        ipvsadm -A -t 10.9.0.100:86 -s rr; ipvsadm -a -t 10.9.0.100:86 -r 10.9.0.1:86 -m
        ipvsadm -A -t 10.9.0.100:87 -s rr; ipvsadm -a -t 10.9.0.100:87 -r 10.99.0.77:80 -m
        ipvsadm -A -u 10.9.0.100:53 -s rr; ipvsadm -a -u 10.9.0.100:53 -r 10.99.0.11:53 -m
        ipvsadm -A -u 10.9.0.100:54 -s rr; ipvsadm -a -u 10.9.0.100:54 -r 10.99.0.11:53 -m -w 0
        ipvsadm -A -t [fd00:99::1]:80 -s rr; ipvsadm -a -t [fd00:99::1]:80 -r [fd00:9::11]:80 -m
    """)
    for port in (80, 81, 82, 83, 84, 85, 86, 87, 88):
        net.ask(client, "tcp", "10.9.0.100", port)
    net.ask(client, "udp", "10.9.0.100", 53)
    net.ask(client, "udp", "10.9.0.100", 54)
    net.ask(client, "icmp", "10.9.0.100")
    net.ask(client, "tcp", "fd00:99::1", 80)
    net.ask(director, "tcp", "10.9.0.100", 80)


@case("U10-ipvs-plain", "IPVS that rewrites, whose connections are not tracked")
def ipvs_plain(net):
    director, one, two, client = balanced(net, "10.10.0", "modprobe ip_vs; sysctl -q -w net.ipv4.vs.conntrack=0\n")
    inner = net.host("inner", "ip address add 10.98.0.11/24 dev eth0; ip route add default via 10.98.0.1")
    director.sh("ip address add 10.98.0.1/24 dev eth0; iptables-legacy -t nat -A POSTROUTING -o eth0 -j MASQUERADE; iptables-legacy -A FORWARD -p tcp --sport 80 -m conntrack --ctstate INVALID -j ACCEPT; iptables-legacy -A OUTPUT -m conntrack --ctstate NEW -j ACCEPT; iptables-legacy -A OUTPUT -m conntrack --ctstate UNTRACKED -j ACCEPT")
    net.listen(inner, "tcp", 80)
    service(net, director, """
        ipvsadm -A -t 10.10.0.100:80 -s rr; ipvsadm -a -t 10.10.0.100:80 -r 10.98.0.11:80 -m
        ipvsadm -A -t 10.10.0.100:81 -s rr; ipvsadm -a -t 10.10.0.100:81 -r 10.10.0.11:80 -m
        ipvsadm -A -t 10.10.0.100:83 -s rr; ipvsadm -a -t 10.10.0.100:83 -r 10.98.0.11:8080 -m
        ipvsadm -A -t 10.10.0.100:82 -s rr -p 60; ipvsadm -a -t 10.10.0.100:82 -r 10.98.0.11:80 -m
    """)
    director.sh("iptables-legacy -A FORWARD -p tcp --sport 8080 -m conntrack --ctstate INVALID -j DROP")
    net.listen(inner, "tcp", 8080)
    for port in (80, 81, 82, 83):
        net.ask(client, "tcp", "10.10.0.100", port)


@case("U11-ipvs-route", "IPVS by direct routing: the service's address on lo of the servers")
def ipvs_route(net):
    director, one, two, client = balanced(net, "10.11.0", "modprobe ip_vs\n")
    for place in (one, two):
        place.sh("sysctl -q -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\nip address add 10.11.0.100/32 dev lo")
    two.sh("ip address del 10.11.0.100/32 dev lo")
    director.sh("iptables-legacy -t mangle -A PREROUTING -p tcp --dport 443 -j MARK --set-mark 1; iptables-legacy -A OUTPUT -d 10.11.0.100 -j ACCEPT")
    net.listen(one, "tcp", 443)
    net.listen(director, "tcp", 8080)
    service(net, director, """
        ipvsadm -A -t 10.11.0.100:80 -s rr; ipvsadm -a -t 10.11.0.100:80 -r 10.11.0.11 -g
        ipvsadm -A -t 10.11.0.100:81 -s rr; ipvsadm -a -t 10.11.0.100:81 -r 10.11.0.12 -g
        ipvsadm -A -f 1 -s wlc; ipvsadm -a -f 1 -r 10.11.0.11 -g
        ipvsadm -A -t 10.11.0.100:8080 -s rr; ipvsadm -a -t 10.11.0.100:8080 -r 10.11.0.1 -g
        ipvsadm -A -u 10.11.0.100:53 -s sh; ipvsadm -a -u 10.11.0.100:53 -r 10.11.0.11 -g
        ipvsadm -A -t 10.11.0.100:82 -s rr; ipvsadm -a -t 10.11.0.100:82 -r 10.11.0.99 -g
    """)
    for port in (80, 81, 443, 8080, 82):
        net.ask(client, "tcp", "10.11.0.100", port)
    net.ask(client, "udp", "10.11.0.100", 53)
    net.ask(client, "icmp", "10.11.0.100")


@case("U12-ipvs-tunnel", "IPVS by tunnels: tunl0 of the servers has the service's address")
def ipvs_tunnel(net):
    director, one, two, client = balanced(net, "10.12.0", "modprobe ip_vs\n")
    for place in (one, two):
        place.sh("modprobe ipip; sysctl -q -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\nip link set tunl0 up\nip address add 10.12.0.100/32 dev tunl0")
    one.sh("sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.tunl0.rp_filter=0")
    two.sh("sysctl -q -w net.ipv4.conf.tunl0.rp_filter=1")
    bare = net.host("bare", "ip address add 10.12.0.13/24 dev eth0")
    director.sh("iptables-legacy -A OUTPUT -d 10.12.0.11 -p ipencap -j ACCEPT; iptables-legacy -A OUTPUT -d 10.12.0.100 -j ACCEPT")
    service(net, director, """
        ipvsadm -A -t 10.12.0.100:80 -s rr; ipvsadm -a -t 10.12.0.100:80 -r 10.12.0.11 -i
        ipvsadm -A -t 10.12.0.100:81 -s rr; ipvsadm -a -t 10.12.0.100:81 -r 10.12.0.12 -i
        ipvsadm -A -t 10.12.0.100:82 -s rr; ipvsadm -a -t 10.12.0.100:82 -r 10.12.0.13 -i
        ipvsadm -A -t 10.12.0.100:83 -s rr; ipvsadm -a -t 10.12.0.100:83 -r 10.12.0.99 -i
        ipvsadm -A -u 10.12.0.100:53 -s rr; ipvsadm -a -u 10.12.0.100:53 -r 10.12.0.11 -i
    """)
    for port in (80, 81, 82, 83):
        net.ask(client, "tcp", "10.12.0.100", port)
    net.ask(client, "udp", "10.12.0.100", 53)


@case("U13-qinq", "A VLAN inside a VLAN, and 802.1ad")
def qinq(net):
    def station(name, number):
        host = net.host(name, f"""
            ip link add link eth0 name eth0.10 type vlan id 10; ip link set eth0.10 up
            ip link add link eth0.10 name eth0.10.20 type vlan id 20; ip link set eth0.10.20 up
            ip address add 10.13.20.{number}/24 dev eth0.10.20; ip address add 10.13.10.{number}/24 dev eth0.10
            ip link add link eth0 name outer type vlan proto 802.1ad id 30; ip link set outer up
            ip link add link outer name inner type vlan id 40; ip link set inner up
            ip address add 10.13.40.{number}/24 dev inner
        """)
        net.listen(host, "tcp", 80)
        return host

    one, _ = station("one", 1), station("two", 2)
    net.ask(one, "tcp", "10.13.20.2", 80)
    net.ask(one, "tcp", "10.13.10.2", 80)
    net.ask(one, "tcp", "10.13.40.2", 80)
