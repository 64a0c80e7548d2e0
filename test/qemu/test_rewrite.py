# SPDX-License-Identifier: BSD-2-Clause
"""What IP filters have rewritten is right on the wire: checksums, lengths, IDs
and fragments, seen by a peer that builds every frame itself (ipnat: addresses;
rewrite: payload, its length, ports, time to live, protocol)."""
import pytest
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest, IPv6,
                                IPv6ExtHdrFragment)

from test.lib.peer import GUEST_MAC, ICMP, IP, TCP, UDP, Ether, Peer, Raw
from test.qemu.test_tcp import OFF

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


SAME, LONGER, SHORTER, PORT, TTL, PROTO, HUGE = range(1, 8)
GROWN = (b"0123456789abcdefghijklmnopqrstuvwxyz" + bytes(28)) * 32


def becomes(kind, data):
    return {SAME: bytes(b ^ 255 for b in data), LONGER: data + GROWN[:3], SHORTER: data[:-5],
            HUGE: data + GROWN[:2000]}.get(kind, data)


def answers(peer, ip, sport, size):
    """What comes back from the echo service, as (IP header, its whole payload)."""
    got, end, first = {}, None, None
    peer.send(Ether(dst=GUEST_MAC, src=peer.mac) / ip / UDP(sport=sport, dport=7) / Raw(DATA[:size]))
    while end is None or sum(map(len, got.values())) != end:
        p = peer.wait(lambda q: type(ip) in q and q[type(ip)].src == ip.dst and
                      (q.haslayer(UDP) and q[UDP].dport == sport or IPv6ExtHdrFragment in q or
                       getattr(q[type(ip)], "proto", None) in (17, 253) or
                       getattr(q[type(ip)], "nh", None) == 253), 15)
        assert p is not None, "no answer, or not all of it"
        first = first or p
        if IP in p:
            assert p[IP].len <= 1500 and p[IP].id == first[IP].id
            sums_right(p, IP)
            at, more = p[IP].frag * 8, bool(p[IP].flags.MF)
            body = bytes(p)[14 + p[IP].ihl * 4:14 + p[IP].len]
        else:
            assert p[IPv6].plen <= 1460
            body, at, more = bytes(p)[54:54 + p[IPv6].plen], 0, False
            if IPv6ExtHdrFragment in p:
                frag = p[IPv6ExtHdrFragment]
                body, at, more = body[8:], frag.offset * 8, bool(frag.m)
        got[at] = body
        if not more:
            end = at + len(body)
    return first, b"".join(got[k] for k in sorted(got))


def udp_sum_right(ip, body):
    """The checksum of a whole datagram, as scapy computes it."""
    q = type(ip)(src=ip.dst, dst=ip.src) / UDP(body)
    sent = q[UDP].chksum
    del q[UDP].chksum
    assert type(ip)(bytes(q))[UDP].chksum == sent


@pytest.mark.parametrize("nic,opts", [("virtio", ""), ("virtio", OFF), ("e1000", "")],
                         ids=["virtio", "virtio-nooffload", "e1000"])
def test_rewritten_answers(vm, closing, nic, opts):
    """Every kind of change, of short and fragmented answers, both versions;
    with a card that would have made the checksums and with one that can't."""
    peer = closing(Peer(ip="10.77.0.1", ip6="fd77::1"))
    m = vm(net=peer, nic=nic, nic_opts=opts, append="ip=10.77.0.2/24,10.77.0.1")
    m.run("ifconfig en0 inet6 fd77::2/64")
    m.run("kextload /test/rewrite.kext")
    # Its address is in use once nobody has objected to it.
    assert peer.ask(Ether(dst=GUEST_MAC, src=peer.mac) / IPv6(src="fd77::1", dst="fd77::2") /
                    ICMPv6EchoRequest(), lambda q: ICMPv6EchoReply in q, tries=20) is not None
    sport = 5000
    for kind in (SAME, LONGER, SHORTER, PORT, TTL, PROTO, HUGE):
        m.run("sysctl net.rewrite.kind=%d" % kind)
        for ip in (IP(src=peer.ip, dst="10.77.0.2"), IPv6(src="fd77::1", dst="fd77::2")):
            for size in (20, 21, 1400):
                sport += 1
                first, body = answers(peer, ip, sport, size)
                header = first[type(ip)]
                assert body[8:] == becomes(kind, DATA[:size]), (kind, ip, size)
                assert int.from_bytes(body[4:6], "big") == len(body)
                assert int.from_bytes(body[0:2], "big") == (7007 if kind == PORT else 7)
                assert (header.ttl if IP in first else header.hlim) == (3 if kind == TTL else 64)
                if kind == PROTO:
                    assert (header.proto if IP in first else header.nh) == 253
                udp_sum_right(ip, body)
    m.run("kextunload org.unikext.test.rewrite")
