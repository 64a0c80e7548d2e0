# SPDX-License-Identifier: BSD-2-Clause
"""A peer that builds its own frames: what a well-behaved host cannot send."""
import pytest

from test.lib.peer import (ARP, ICMP, IP, TCP, UDP, Ether, ICMPv6EchoReply, ICMPv6EchoRequest,
                           ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr, IPv6, GUEST_MAC, Peer,
                           Raw)

GUEST = "10.0.0.2"


@pytest.fixture
def wire(vm, nic, closing):
    """(machine, peer): the guest has 10.0.0.2/24, the peer 10.0.0.1."""
    peer = closing(Peer())
    m = vm(net=peer, nic=nic, append="ip=10.0.0.2/24,10.0.0.1")
    assert peer.resolve(GUEST) == GUEST_MAC
    return m, peer


def test_arp_icmp(wire):
    m, peer = wire
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    echo = eth / IP(src=peer.ip, dst=GUEST) / ICMP(id=7, seq=3) / Raw(b"x" * 100)
    p = peer.ask(echo, lambda q: ICMP in q and q[ICMP].type == 0)
    assert p is not None and p[ICMP].id == 7 and p[ICMP].seq == 3 and bytes(p[Raw].load)[:100] == b"x" * 100
    # Somebody else's address is not answered; ours still is.
    other, ours = (Ether(dst="ff:ff:ff:ff:ff:ff", src=peer.mac) /
                   ARP(op=1, hwsrc=peer.mac, psrc=peer.ip, pdst=ip) for ip in ("10.0.0.77", GUEST))
    assert peer.refuses(other, lambda q: ARP in q and q[ARP].op == 2 and q[ARP].psrc == "10.0.0.77",
                        ours, lambda q: ARP in q and q[ARP].op == 2 and q[ARP].psrc == GUEST)


def test_bad_checksums_are_dropped(wire):
    m, peer = wire
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    # Behind each bad one the same with the right checksum, which is answered.
    def echo(ident, sum_ip=None, sum_icmp=None):
        return eth / IP(src=peer.ip, dst=GUEST, chksum=sum_ip) / ICMP(id=ident, chksum=sum_icmp) / Raw(b"abcd")

    def echoed(ident):
        return lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == ident

    assert peer.refuses(echo(1, sum_ip=0x1234), echoed(1), echo(11), echoed(11))
    assert peer.refuses(echo(2, sum_icmp=0x1234), echoed(2), echo(12), echoed(12))

    def syn(port, chksum=None):
        return eth / IP(src=peer.ip, dst=GUEST) / TCP(sport=port, dport=7, flags="S", seq=1, chksum=chksum)

    def answered(port):
        return lambda q: TCP in q and q[TCP].sport == 7 and q[TCP].dport == port

    assert peer.refuses(syn(4001, 0x1234), answered(4001), syn(4000), answered(4000))
    p = peer.ask(syn(4002), answered(4002))
    assert p is not None and p[TCP].flags == "SA" and p[TCP].ack == 2

    def datagram(port, chksum=None):
        return eth / IP(src=peer.ip, dst=GUEST) / UDP(sport=port, dport=7, chksum=chksum) / Raw(b"hello")

    def echoed_udp(port):
        return lambda q: UDP in q and q[UDP].dport == port

    assert peer.refuses(datagram(4001, 0x1234), echoed_udp(4001), datagram(4000), echoed_udp(4000))
    p = peer.ask(datagram(4002), echoed_udp(4002))
    assert p is not None and bytes(p[UDP].payload)[:5] == b"hello"


def test_sent_checksums_are_right(wire):
    """What the guest sends over a wire without help carries whole checksums."""
    m, peer = wire
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    p = peer.ask(eth / IP(src=peer.ip, dst=GUEST) / TCP(sport=4001, dport=7, flags="S", seq=9),
                 lambda q: TCP in q and q[TCP].sport == 7)
    for layer in (IP, TCP):
        q = Ether(bytes(p))
        sent = q[layer].chksum
        del q[layer].chksum
        assert Ether(bytes(q))[layer].chksum == sent
    p = peer.ask(eth / IP(src=peer.ip, dst=GUEST) / UDP(sport=4001, dport=7) / Raw(b"odd"),
                 lambda q: UDP in q and q[UDP].dport == 4001)
    sent = p[UDP].chksum
    q = Ether(bytes(p)[:14 + p[IP].len])
    del q[UDP].chksum
    assert Ether(bytes(q))[UDP].chksum == sent


def test_malformed_frames(wire):
    """Short, cut and lying frames are dropped; the guest answers on."""
    m, peer = wire
    mac = bytes.fromhex(GUEST_MAC.replace(":", ""))
    head = mac + bytes.fromhex("020000000001")
    good = bytes(Ether(dst=GUEST_MAC, src=peer.mac) / IP(src=peer.ip, dst=GUEST) /
                 TCP(sport=4002, dport=7, flags="S", seq=1, options=[("MSS", 1460)]))
    frames = [b"", mac, head, head + b"\x08\x00", head + b"\x08\x06" + b"\0" * 10,
              head + b"\x12\x34" + b"z" * 60, head + b"\x86\xdd\x60" + b"\0" * 39]
    frames += [good[:n] for n in range(14, len(good))]
    for at in range(14, len(good)):      # every byte of the headers inverted in turn
        frames.append(good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1:])
    for f in frames:
        if f:
            peer.send(f)
    peer.flush()
    p = peer.ask(Ether(dst=GUEST_MAC, src=peer.mac) / IP(src=peer.ip, dst=GUEST) / ICMP(id=99),
                 lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 99)
    assert p is not None
    m.run("true")


def test_fragments_out_of_order(wire):
    from scapy.all import fragment
    m, peer = wire
    data = bytes(i & 255 for i in range(4000))
    frags = fragment(IP(src=peer.ip, dst=GUEST, id=77) / ICMP(id=5) / Raw(data), fragsize=1000)
    for f in reversed(frags):
        peer.send(Ether(dst=GUEST_MAC, src=peer.mac) / f)
    got = {}
    while True:
        p = peer.wait(lambda q: IP in q and q[IP].src == GUEST and q[IP].proto == 1, 10)
        assert p is not None, "no whole answer"
        body = bytes(p[IP].payload)[:p[IP].len - p[IP].ihl * 4]
        got[p[IP].frag * 8] = body
        if not p[IP].flags.MF and sum(map(len, got.values())) == len(data) + 8:
            break
    whole = b"".join(got[k] for k in sorted(got))
    assert whole[0] == 0 and whole[8:] == data


def test_ipv6_neighbour_and_echo(wire):
    m, peer = wire
    v6 = "fe80::5054:ff:fe12:3456"
    ns = (Ether(dst="33:33:ff:12:34:56", src=peer.mac) / IPv6(src=peer.ip6, dst="ff02::1:ff12:3456") /
          ICMPv6ND_NS(tgt=v6) / ICMPv6NDOptSrcLLAddr(lladdr=peer.mac))
    p = peer.ask(ns, lambda q: ICMPv6ND_NA in q and q[ICMPv6ND_NA].tgt == v6, tries=10)
    assert p is not None
    echo = Ether(dst=GUEST_MAC, src=peer.mac) / IPv6(src=peer.ip6, dst=v6) / ICMPv6EchoRequest(id=8, data=b"six")
    p = peer.ask(echo, lambda q: ICMPv6EchoReply in q)
    assert p is not None and bytes(p[ICMPv6EchoReply].data)[:3] == b"six"
