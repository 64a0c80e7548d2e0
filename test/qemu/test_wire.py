# SPDX-License-Identifier: BSD-2-Clause
"""What routers ask of a host and tell it: groups that are reported and asked
for, and paths that are narrower than the link."""
from scapy.contrib.igmp import IGMP
from scapy.layers.inet6 import (ICMPv6MLDone, ICMPv6MLQuery, ICMPv6MLReport, ICMPv6PacketTooBig,
                                IPv6ExtHdrHopByHop, RouterAlert)

from test.lib.net import wait_for
from test.lib.peer import ICMP, IP, TCP, UDP, Ether, IPv6, GUEST_MAC, Peer, Raw

GUEST, GROUP4, GROUP6 = "10.0.0.2", "239.1.2.3", "ff05::1:7"
LINK6 = "fe80::5054:ff:fe12:3456"


def igmp(kind):
    """A report of our group (0x16), or the news that it was left (0x17)."""
    return lambda q: (IGMP in q and q[IGMP].type == kind and q[IGMP].gaddr == GROUP4 and q[IP].ttl == 1 and
                      q[IP].dst == (GROUP4 if kind == 0x16 else "224.0.0.2") and
                      any(o.option == 20 for o in q[IP].options))


def summed(q, kind):
    """The checksum is that of the packet as it came."""
    again = Ether(bytes(q))
    del again[kind].cksum
    return Ether(bytes(again))[kind].cksum == q[kind].cksum


def mld(kind):
    """A report of it, or the news that it was left."""
    return lambda q: (kind in q and q[kind].mladdr == GROUP6 and q[IPv6].hlim == 1 and
                      q[IPv6].dst == (GROUP6 if kind is ICMPv6MLReport else "ff02::2") and
                      IPv6ExtHdrHopByHop in q and summed(q, kind))


def groups(m, peer):
    m.run("/test/member %s 7777 > /tmp/m4 &" % GROUP4)
    m.run("/test/member %s 7778 > /tmp/m6 &" % GROUP6)
    new = {0: igmp(0x16), 1: mld(ICMPv6MLReport)}
    # The second report of a new group is not the answer to a question.
    late = {0: igmp(0x16), 1: mld(ICMPv6MLReport)}
    while late:
        p = peer.wait(lambda q: any(r(q) for r in late.values()), 30)
        assert p is not None, "a group is reported once only"
        late = {k: r for k, r in late.items() if not r(p)}
    all4 = Ether(dst="01:00:5e:00:00:01", src=peer.mac) / IP(src=peer.ip, dst="224.0.0.1", ttl=1)
    own4 = Ether(dst="01:00:5e:01:02:03", src=peer.mac) / IP(src=peer.ip, dst=GROUP4, ttl=1)
    all6 = Ether(dst="33:33:00:00:00:01", src=peer.mac) / IPv6(src=peer.ip6, dst="ff02::1", hlim=1)
    own6 = Ether(dst="33:33:00:01:00:07", src=peer.mac) / IPv6(src=peer.ip6, dst=GROUP6, hlim=1)
    alert = IPv6ExtHdrHopByHop(options=[RouterAlert()])
    for query, report in ((all4 / IGMP(type=0x11, mrcode=10), igmp(0x16)),
                          (own4 / IGMP(type=0x11, mrcode=5, gaddr=GROUP4), igmp(0x16)),
                          (all6 / alert / ICMPv6MLQuery(mrd=500), mld(ICMPv6MLReport)),
                          (own6 / alert / ICMPv6MLQuery(mrd=500, mladdr=GROUP6), mld(ICMPv6MLReport))):
        peer.flush()
        assert peer.ask(query, report, timeout=5), "not answered: " + query.summary()
    # What is sent to the groups arrives; leaving is told.
    for to, port, gone in ((own4, 7777, igmp(0x17)), (own6, 7778, mld(ICMPv6MLDone))):
        peer.send(to / UDP(sport=1, dport=port) / Raw(b"hello"))
        assert peer.ask(to / UDP(sport=1, dport=port) / Raw(b"leave"), gone), "left without a word"
    m.run("wait")
    for out in ("/tmp/m4", "/tmp/m6"):
        assert m.run("cat " + out).split("\n")[:2] == ["member: hello", "member: leave"]


def narrow(peer, ip, sport, mtu, news):
    """The character generator over a path of which news, made of a segment,
    tells that it is narrow: the connection goes on in smaller pieces."""
    eth = Ether(dst=GUEST_MAC, src=peer.mac)
    layer = type(ip)
    length = (lambda q: q[IP].len) if layer is IP else lambda q: q[IPv6].plen + 40

    def data(q):
        return layer in q and TCP in q and q[TCP].dport == sport and length(q) > 200

    syn = eth / ip / TCP(sport=sport, dport=19, flags="S", seq=1, window=60000, options=[("MSS", 1460)])
    p = peer.ask(syn, lambda q: TCP in q and q[TCP].dport == sport and q[TCP].flags == "SA")
    assert p is not None

    def ack(seq):
        return eth / ip / TCP(sport=sport, dport=19, flags="A", seq=2, ack=seq, window=60000)

    p = peer.ask(ack(p[TCP].seq + 1), data)
    assert p is not None and length(p) == 1500
    peer.send(eth / news(p))
    seen, done = 0, (p[TCP].seq + length(p) - len(ip) - 20) % 2 ** 32
    while seen < 10:
        p = peer.ask(ack(done), data)
        assert p is not None, "nothing more comes"
        size = length(p)
        if layer is IP and (p[IP].flags.MF or p[IP].frag):
            assert size <= mtu, "a fragment of %d" % size
            continue
        assert seen == 0 or size <= mtu, "a segment of %d" % size
        if size <= mtu:
            assert layer is not IP or p[IP].flags.DF
            seen += 1
        done = (p[TCP].seq + size - len(ip) - 20) % 2 ** 32
    peer.send(eth / ip / TCP(sport=sport, dport=19, flags="R", seq=2))


def to_itself(m):
    """A connection to an address of its own comes from that address."""
    for own in (GUEST, "fd00::2"):
        m.run("sleep 60 | nc %s 7 &" % own)

        def ends():
            return [line.split()[3:5] for line in m.run("netstat -an").splitlines() if "ESTABLISHED" in line]
        wait_for(lambda: len(ends()) == 2, 30, "no connection to " + own)
        assert all(own in end for pair in ends() for end in pair), ends()
        m.run("kill -15 -$!; wait")
        wait_for(lambda: not ends(), 30, "the connection stays")


def test_groups_and_paths(vm, closing):
    peer = closing(Peer())
    m = vm(net=peer, append="ip=10.0.0.2/24,10.0.0.1")
    assert peer.resolve(GUEST) == GUEST_MAC
    m.run("ifconfig en0 inet6 fd00::2/64")
    wait_for(lambda: LINK6 in m.run("ifconfig en0") and "tentative" not in m.run("ifconfig en0"), 30,
             "addresses stay tentative")
    groups(m, peer)
    to_itself(m)
    narrow(peer, IP(src=peer.ip, dst=GUEST), 4001, 1000, lambda p: IP(src="10.0.0.1", dst=GUEST) /
           ICMP(type=3, code=4, nexthopmtu=1000) / Raw(bytes(p[IP])[:28]))
    narrow(peer, IPv6(src=peer.ip6, dst=LINK6), 4002, 1280, lambda p: IPv6(src=peer.ip6, dst=LINK6) /
           ICMPv6PacketTooBig(mtu=1280) / Raw(bytes(p[IPv6])[:1232]))
