# SPDX-License-Identifier: BSD-2-Clause
"""Interfaces that kexts make: Ethernet from a file, a tunnel, a serial line."""

from scapy.layers.l2 import GRE

from test.lib.net import wait_for
from test.lib.peer import ICMP, IP, Ether, ICMPv6EchoReply, ICMPv6EchoRequest, IPv6, GUEST_MAC, Peer, Raw
from test.lib.qemu import UserNet


def test_tapdev(vm):
    m = vm(net=UserNet())
    m.run("kextload tapdev")
    assert "tap0" not in m.run("ifconfig -l")
    m.run("tappeer -c 3 0 10.99.0.2 &")
    wait_for(lambda: "tap0" in m.run("ifconfig -l"), 20, "no tap0")
    m.run("ifconfig tap0 10.99.0.1/24")
    m.run("ping -c 3 10.99.0.2")
    # The peer has had enough and closes: the interface, its address, its
    # routes go; then the kext can.
    wait_for(lambda: "tap0" not in m.run("ifconfig -l"), 10, "tap0 stays")
    assert "tap0" not in m.run("netstat -rn")
    status, _ = m.sh("ping -c 1 -W 1 10.99.0.2")
    assert status != 0
    m.run("kextunload org.unikext.tapdev")


def external(m):
    """Pieces of storage that mbufs borrow."""
    return next(c["inuse"] for c in m.json("mbufstat -j")["classes"] if c["name"] == "external")


def test_tapdev_busy_and_again(vm):
    m = vm(net=UserNet())
    m.run("kextload tapdev")
    before = external(m)
    for _ in range(5):
        m.run("tappeer -c 1 1 10.98.0.2 &")
        wait_for(lambda: "tap1" in m.run("ifconfig -l"), 20, "no tap1")
        status, out = m.sh("tappeer 1 10.98.0.3")     # one opener at a time
        assert status != 0 and "busy" in out.lower()
        status, _ = m.sh("kextunload org.unikext.tapdev")
        assert status != 0                            # in use
        m.run("ifconfig tap1 10.98.0.1/24")
        m.run("ping -c 1 10.98.0.2")
        wait_for(lambda: "tap1" not in m.run("ifconfig -l"), 10, "tap1 stays")
    m.run("kextunload org.unikext.tapdev")
    wait_for(lambda: external(m) == before, 30, "external storage is not given back")


def tunnelled(q):
    """A packet in the tunnel, and not an error message that quotes one."""
    return IP in q and q[IP].proto == 47 and GRE in q


def echoed(n):
    """The answer to ping n through the tunnel."""
    return lambda q: tunnelled(q) and ICMP in q and q[ICMP].type == 0 and q[ICMP].id == n


def test_gretun(vm, closing):
    peer = closing(Peer())
    m = vm(net=peer, append="ip=10.0.0.2/24,10.0.0.1")
    assert peer.resolve("10.0.0.2") == GUEST_MAC
    m.run("kextload gretun")
    m.run("ifconfig gre0 tunnel 10.0.0.2 10.0.0.1")
    m.run("ifconfig gre0 10.200.0.1 10.200.0.2 netmask 255.255.255.255")
    m.run("ifconfig gre0 inet6 fd00:200::1/64")
    assert "10.200.0.1 --> 10.200.0.2" in m.run("ifconfig gre0")
    outer = Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.1", dst="10.0.0.2")
    echo = outer / GRE() / IP(src="10.200.0.2", dst="10.200.0.1") / ICMP(id=5, seq=6) / Raw(b"inner" * 20)
    p = peer.ask(echo, echoed(5))
    assert p is not None and p[IP].dst == "10.0.0.1" and p[GRE].proto == 0x0800
    inner = p[GRE].payload
    assert inner.src == "10.200.0.1" and inner[ICMP].id == 5 and bytes(inner[Raw].load)[:100] == b"inner" * 20
    echo6 = outer / GRE(proto=0x86dd) / IPv6(src="fd00:200::2", dst="fd00:200::1") / \
        ICMPv6EchoRequest(id=7, data=b"six")
    p = peer.ask(echo6, lambda q: tunnelled(q) and ICMPv6EchoReply in q)
    assert p is not None and p[IPv6].src == "fd00:200::1" and p[ICMPv6EchoReply].id == 7
    # Another sender's packets are not the tunnel's; the right one's still are.
    stranger = Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.9", dst="10.0.0.2") / GRE() / \
        IP(src="10.200.0.2", dst="10.200.0.1") / ICMP(id=8)
    assert peer.refuses(stranger, echoed(8), echo, echoed(5))
    m.run("kextunload org.unikext.gretun")
    assert "gre0" not in m.run("ifconfig -l")
    echo[ICMP].id = 9
    assert peer.refuses(echo, echoed(9), Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.1", dst="10.0.0.2") /
                        ICMP(id=10), lambda q: not tunnelled(q) and ICMP in q and q[ICMP].id == 10)


def test_hdlcif(vm, tmp_path):
    """Two guests whose second serial ports are joined."""
    line = str(tmp_path / "line")
    ends = []
    for n, server in ((1, "server=on,wait=off"), (2, "server=off")):
        m = vm(net=UserNet(), extra=["-serial", "unix:%s,%s" % (line, server)])
        m.run("kextload hdlcif")
        m.run("ifconfig hdlc0 10.8.0.%d 10.8.0.%d netmask 255.255.255.255" % (n, 3 - n))
        m.run("ifconfig hdlc0 inet6 fd00:8::%d/64" % n)
        ends.append(m)
    one, two = ends
    one.run("ping -c 3 10.8.0.2", timeout=60)
    two.run("ping -c 3 10.8.0.1", timeout=60)
    one.run("ping6 -c 3 fd00:8::2", timeout=60)
    # Every byte value, and more than one frame: fragments over the line.
    one.run("ping -c 1 -W 40 -s 2000 10.8.0.2", timeout=90)
    # TCP over it.
    assert "LISTEN" in two.run("netstat -al")
    out = one.run("echo hello there | nc -w 20 10.8.0.2 7", timeout=90)
    assert "hello there" in out
    for m in ends:
        m.run("kextunload org.unikext.hdlcif")
        assert "hdlc0" not in m.run("ifconfig -l")
