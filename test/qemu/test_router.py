# SPDX-License-Identifier: BSD-2-Clause
"""A guest with two NICs between two peers that build their own frames."""
from test.lib.net import wait_for
from test.lib.peer import ARP, ICMP, IP, UDP, Ether, ICMPv6EchoRequest, IPv6, Peer, Raw

MACS = ["52:54:00:12:34:56", "52:54:00:12:34:57"]


def forwarded(a, b, frame, match, tries=15):
    """Sends frame from a until b sees what matches, or None."""
    for _ in range(tries):
        a.send(frame)
        p = b.look(match, 2)
        if p is not None:
            return p
    return None


def ping4(peer, unit, ident):
    """A request to the guest's address on the peer's link, and what answers it."""
    return (Ether(src=peer.mac, dst=MACS[unit]) / IP(src=peer.ip, dst=peer.ip[:-1] + "2") / ICMP(id=ident),
            lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == ident)


def kept(a, b, frame, match):
    """Whether the guest did not forward: it has answered what came behind the
    frame on either link, and b has not seen it."""
    a.send(frame)
    assert a.ask(*ping4(a, 0, 301)) is not None
    seen = []
    request, answered = ping4(b, 1, 302)
    assert b.ask(request, lambda q: match(q) and seen.append(q) or answered(q)) is not None
    return not seen


def test_forwarding(vm, closing, nic):
    a = closing(Peer(mac="02:00:00:00:00:0a", ip="10.1.0.1", ip6="fd00:1::1", nid="n0"))
    b = closing(Peer(mac="02:00:00:00:00:0b", ip="10.2.0.1", ip6="fd00:2::1", nid="n1"))
    m = vm(net=[a, b], nic=nic, append="ip=10.1.0.2/24")
    m.run("ifconfig en1 10.2.0.2/24")
    m.run("ifconfig en0 inet6 fd00:1::2/64")
    m.run("ifconfig en1 inet6 fd00:2::2/64")
    assert a.resolve("10.1.0.2") == MACS[0] and b.resolve("10.2.0.2") == MACS[1]
    frame = Ether(src=a.mac, dst=MACS[0]) / IP(src=a.ip, dst=b.ip, ttl=9, id=4711, flags="DF") / \
        UDP(sport=1000, dport=2000) / Raw(b"across")

    def across(q):
        return UDP in q and q[UDP].dport == 2000 and q[IP].dst == b.ip

    # A host does not forward; a router does, and changes nothing but the TTL.
    assert kept(a, b, frame, across)
    m.run("sysctl net.inet.ip.forwarding=1")
    p = forwarded(a, b, frame, across)
    assert p is not None and p.src == MACS[1] and p.dst == b.mac
    assert p[IP].ttl == 8 and p[IP].id == 4711 and p[IP].flags == "DF"
    assert bytes(p[UDP].payload)[:6] == b"across"
    want = IP(bytes(p[IP]))
    del want.chksum, want[UDP].chksum
    want = IP(bytes(want))
    assert p[IP].chksum == want.chksum and p[UDP].chksum == want[UDP].chksum
    # Too old to go on: the sender hears of it.
    frame[IP].ttl = 1
    del frame[IP].chksum
    p = a.ask(frame, lambda q: ICMP in q and q[ICMP].type == 11)
    assert p is not None and p[IP].src == "10.1.0.2"
    # Too long for the other link, and not to be cut.
    m.run("ifconfig en1 mtu 600")
    frame = Ether(src=a.mac, dst=MACS[0]) / IP(src=a.ip, dst=b.ip, flags="DF") / \
        UDP(sport=1000, dport=2000) / Raw(b"x" * 1000)
    p = a.ask(frame, lambda q: ICMP in q and q[ICMP].type == 3 and q[ICMP].code == 4)
    assert p is not None and p[ICMP].nexthopmtu == 600 and p[IP].src == "10.1.0.2"
    want = IP(bytes(p[IP]))
    del want.chksum, want[ICMP].chksum
    want = IP(bytes(want))
    assert p[IP].chksum == want.chksum and p[ICMP].chksum == want[ICMP].chksum
    assert bytes(p[ICMP].payload)[12:20] == bytes(frame[IP])[12:20]
    m.run("ifconfig en1 mtu 1500")
    m.run("sysctl net.inet.ip.forwarding=0")


def test_forwarding_v6(vm, closing):
    a = closing(Peer(mac="02:00:00:00:00:0a", ip="10.1.0.1", ip6="fd00:1::1", nid="n0"))
    b = closing(Peer(mac="02:00:00:00:00:0b", ip="10.2.0.1", ip6="fd00:2::1", nid="n1"))
    m = vm(net=[a, b], append="ip=10.1.0.2/24")
    m.run("ifconfig en1 10.2.0.2/24")
    m.run("ifconfig en0 inet6 fd00:1::2/64")
    m.run("ifconfig en1 inet6 fd00:2::2/64")
    wait_for(lambda: "tentative" not in m.run("ifconfig"), 10, "addresses stay tentative")
    frame = Ether(src=a.mac, dst=MACS[0]) / IPv6(src=a.ip6, dst=b.ip6, hlim=9) / \
        ICMPv6EchoRequest(id=77, data=b"six")

    def across(q):
        return ICMPv6EchoRequest in q and q[ICMPv6EchoRequest].id == 77

    assert kept(a, b, frame, across)
    m.run("sysctl net.inet6.ip6.forwarding=1")
    p = forwarded(a, b, frame, across)
    assert p is not None and p[IPv6].hlim == 8 and p.src == MACS[1]


def test_aliases(vm, closing):
    """More than one IPv4 address on an interface."""
    a = closing(Peer())
    m = vm(net=a, append="ip=10.0.0.2/24")
    m.run("ifconfig en0 10.0.0.7/24 alias")
    m.run("ifconfig en0 192.168.5.1/24 alias")
    for addr in ("10.0.0.2", "10.0.0.7"):
        assert a.resolve(addr) == MACS[0]
        frame = Ether(src=a.mac, dst=MACS[0]) / IP(src=a.ip, dst=addr) / ICMP(id=3) / Raw(b"alias")
        p = a.ask(frame, lambda q: ICMP in q and q[ICMP].type == 0)
        assert p is not None and p[IP].src == addr
    assert "192.168.5.0/24" in m.run("netstat -rn")
    m.run("ifconfig en0 10.0.0.7 delete")
    frame = Ether(src=a.mac, dst=MACS[0]) / IP(src=a.ip, dst="10.0.0.7") / ICMP(id=4) / Raw(b"gone")
    control = Ether(src=a.mac, dst=MACS[0]) / IP(src=a.ip, dst="10.0.0.2") / ICMP(id=5)
    assert a.refuses(frame, lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 4,
                     control, lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 5)
    # Without "alias" an address takes the first one's place.
    m.run("ifconfig en0 10.0.0.9/24")
    out = m.run("ifconfig en0")
    assert "10.0.0.9" in out and "10.0.0.2 " not in out and "192.168.5.1" in out
    assert a.resolve("10.0.0.9") == MACS[0]
    # When the first one goes, the next is what packets leave with.
    m.run("ifconfig en0 10.0.0.9 delete")
    m.sh("ping -c 1 -t 1 192.168.5.9")
    p = a.wait(lambda q: ARP in q and q[ARP].pdst == "192.168.5.9")
    assert p is not None and p[ARP].psrc == "192.168.5.1"


def test_own_v6(vm, closing):
    """Our own addresses answer us over lo0, and nothing of it is on the link."""
    a = closing(Peer(ip6="fd00:1::1"))
    m = vm(net=a, append="ip=10.0.0.2/24")
    m.run("ifconfig en0 inet6 fd00:1::2/64")
    wait_for(lambda: "tentative" not in m.run("ifconfig"), 10, "addresses stay tentative")
    for addr in ("fd00:1::2", "fe80::5054:ff:fe12:3456%en0", "::1"):
        assert "1 packets received" in m.run(f"ping6 -c 1 {addr}")
    # What the guest has sent is there before the answer to a request of now.
    control = Ether(src=a.mac, dst=MACS[0]) / IP(src="10.0.0.1", dst="10.0.0.2") / ICMP(id=8)
    seen = []
    assert a.ask(control, lambda q: ICMPv6EchoRequest in q and seen.append(q) or
                 ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 8) is not None
    assert not seen
    # A loopback address from the link is nobody's.
    def lo0():
        return [line for line in m.run("netstat -i").splitlines() if line.startswith("lo0")]

    before = lo0()
    frame = Ether(src=a.mac, dst=MACS[0]) / IP(src="127.0.0.1", dst="10.0.0.2") / ICMP(id=9)
    control[ICMP].id = 10
    assert a.refuses(frame, lambda q: ICMP in q and q[ICMP].id == 9,
                     control, lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 10)
    assert before and lo0() == before
