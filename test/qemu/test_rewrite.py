# SPDX-License-Identifier: BSD-2-Clause
"""What IP filters have rewritten is right on the wire: checksums, lengths, IDs
and fragments, seen by a peer that builds every frame itself (ipnat: addresses
of IPv4 and IPv6)."""
import pytest
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment

from test.lib.peer import GUEST_MAC, ICMP, IP, TCP, UDP, Ether, Peer, Raw

PUBLIC, PRIVATE = "10.77.0.50", "10.77.0.2"
DATA = bytes(i * 7 & 255 for i in range(4000))


def sums_right(p, *layers):
    """Every named layer carries the checksum that scapy computes."""
    raw = bytes(p)[:14 + (p[IP].len if IP in p else p[IPv6].plen + 40)]
    for layer in layers:
        q = Ether(raw)
        sent = q[layer].chksum
        del q[layer].chksum
        assert Ether(bytes(q))[layer].chksum == sent, "%s: %#x" % (layer.__name__, sent)


@pytest.fixture
def wire(vm, nic, closing):
    peer = closing(Peer(ip="10.77.0.1", ip6="fd77::1"))
    m = vm(net=peer, nic=nic, append="ip=10.77.0.2/24,10.77.0.1")
    m.run("ifconfig en0 inet %s/24 alias" % PUBLIC)
    m.run("ifconfig en0 inet6 fd77::2/64")
    m.run("ifconfig en0 inet6 fd77::50/64 alias")
    m.run("route add -inet6 default fd77::1")
    m.run("kextload /test/ipnat.kext")
    return m, peer


def whole(peer, first):
    """The datagram of an IPv4 answer's fragments, put together."""
    got, ident, p, end = {}, first[IP].id, first, None
    while True:
        assert p is not None and p[IP].id == ident and p[IP].len <= 1500
        sums_right(p, IP)
        got[p[IP].frag * 8] = bytes(p[IP].payload)[:p[IP].len - p[IP].ihl * 4]
        if not p[IP].flags.MF:
            end = p[IP].frag * 8 + len(got[p[IP].frag * 8])
        if end is not None and sum(map(len, got.values())) == end:
            return b"".join(got[k] for k in sorted(got))
        p = peer.wait(lambda q: IP in q and q[IP].src == first[IP].src and q[IP].proto == 17, 10)


def test_rewritten_addresses(wire):
    m, peer = wire
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    # TCP: the answer comes from the public address, whole sums.
    p = peer.ask(eth / IP(src=peer.ip, dst=PUBLIC) / TCP(sport=4100, dport=7, flags="S", seq=5),
                 lambda q: TCP in q and q[TCP].sport == 7 and q[TCP].dport == 4100)
    assert p is not None and p[IP].src == PUBLIC and p[TCP].flags == "SA" and p[TCP].ack == 6
    sums_right(p, IP, TCP)
    # ICMP and UDP, odd lengths.
    p = peer.ask(eth / IP(src=peer.ip, dst=PUBLIC) / ICMP(id=3) / Raw(b"odd"),
                 lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 3)
    assert p is not None and p[IP].src == PUBLIC
    sums_right(p, IP, ICMP)
    p = peer.ask(eth / IP(src=peer.ip, dst=PUBLIC) / UDP(sport=4101, dport=7) / Raw(b"hello"),
                 lambda q: UDP in q and q[UDP].dport == 4101)
    assert p is not None and p[IP].src == PUBLIC and bytes(p[UDP].payload)[:5] == b"hello"
    sums_right(p, IP, UDP)
    # The same without a checksum: it is not given a wrong one.
    p = peer.ask(eth / IP(src=peer.ip, dst=PUBLIC) / UDP(sport=4102, dport=7, chksum=0) / Raw(b"bare"),
                 lambda q: UDP in q and q[UDP].dport == 4102)
    assert p is not None
    sums_right(p, IP, UDP)
    # What is not translated passes as it is.
    p = peer.ask(eth / IP(src=peer.ip, dst=PRIVATE) / UDP(sport=4103, dport=7) / Raw(b"plain"),
                 lambda q: UDP in q and q[UDP].dport == 4103)
    assert p is not None and p[IP].src == PRIVATE
    sums_right(p, IP, UDP)


def test_rewritten_fragments(wire):
    """In and out in fragments: filters see whole datagrams, the wire does not."""
    from scapy.all import fragment
    m, peer = wire
    for f in fragment(IP(src=peer.ip, dst=PUBLIC, id=91) / UDP(sport=4104, dport=7) / Raw(DATA), fragsize=1200):
        peer.send(Ether(dst=GUEST_MAC, src=peer.mac) / f)
    first = peer.wait(lambda q: IP in q and q[IP].src == PUBLIC and q[IP].proto == 17, 15)
    assert first is not None
    body = whole(peer, first)
    assert body[8:] == DATA
    # The transport's checksum, over the whole of it.
    sums_right(Ether() / IP(src=PUBLIC, dst=peer.ip, len=20 + len(body), proto=17) / UDP(body), UDP)


def test_rewritten_ipv6(wire):
    m, peer = wire
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    p = peer.ask(eth / IPv6(src="fd77::1", dst="fd77::50") / TCP(sport=4105, dport=7, flags="S", seq=8),
                 lambda q: TCP in q and q[TCP].sport == 7 and q[TCP].dport == 4105, tries=10)
    assert p is not None and p[IPv6].src == "fd77::50" and p[TCP].ack == 9
    sums_right(p, TCP)
    p = peer.ask(eth / IPv6(src="fd77::1", dst="fd77::50") / UDP(sport=4106, dport=7) / Raw(b"six"),
                 lambda q: UDP in q and q[UDP].dport == 4106)
    assert p is not None and p[IPv6].src == "fd77::50" and IPv6ExtHdrFragment not in p
    sums_right(p, UDP)
