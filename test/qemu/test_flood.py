# SPDX-License-Identifier: BSD-2-Clause
"""Floods and forgeries: what strangers send neither fills the guest's memory
nor keeps a real client out, and nothing of it is left afterwards."""
import errno
import random
import re
import socket
import struct
import threading
import time

import pytest

from test.lib import net, traffic
from test.lib.baseline import compare, documents, least, numbers
from test.lib.net import GUEST4, HOST6, wait_for
from test.lib.peer import GUEST_MAC, ICMP, IP, TCP, Ether, Peer, Raw
from test.qemu.test_net import guest_v6


def csum(data):
    if len(data) & 1:
        data += b"\0"
    s = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


class Wire:
    """Frames of any kind onto the tap, as from another machine."""

    def __init__(self, tap, mac="02:00:00:00:00:77"):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((tap.name, 0))
        self.eth = bytes.fromhex((GUEST_MAC + mac).replace(":", ""))

    def frame(self, src, dst, proto, body, ident=0, frag=0, ttl=64):
        """An IP packet, of the version of the addresses, with a frame around."""
        if ":" in dst:
            head = struct.pack("!IHBB", 6 << 28, len(body), proto, ttl)
            head += socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst)
            return self.eth + b"\x86\xdd" + head + body
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), ident, frag, ttl, proto, 0)
        head += socket.inet_aton(src) + socket.inet_aton(dst)
        head = head[:10] + struct.pack("!H", csum(head)) + head[12:]
        return self.eth + b"\x08\x00" + head + body

    def tcp(self, src, sport, dst, dport, flags, seq=0, ack=0, data=b"", options=b"", wnd=8192):
        seg = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 4, flags, wnd, 0, 0) + options + data
        family = socket.AF_INET6 if ":" in dst else socket.AF_INET
        pseudo = socket.inet_pton(family, src) + socket.inet_pton(family, dst)
        pseudo += struct.pack("!II", len(seg), 6)
        seg = seg[:16] + struct.pack("!H", csum(pseudo + seg)) + seg[18:]
        return self.frame(src, dst, 6, seg)

    def send(self, frame):
        """Waits while the tap's queue is full: what is sent arrives."""
        end = time.monotonic() + 30
        while True:
            try:
                return self.sock.send(frame)
            except OSError as e:
                if e.errno != errno.ENOBUFS or time.monotonic() > end:
                    raise
                time.sleep(0.001)

    def close(self):
        self.sock.close()


FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MSS = b"\x02\x04\x05\xb4"
GUEST = "10.0.0.2"


@pytest.fixture
def wire(tap, closing):
    return closing(Wire(tap))


def syn_flood(wire, targets, count, seed):
    """SYNs from addresses that do not exist, behind the router."""
    rnd = random.Random(seed)
    for i in range(count):
        dst = targets[i % len(targets)]
        src = "2001:db8::%x:%x" % (rnd.randrange(65536), rnd.randrange(1, 65536)) \
            if ":" in dst else "198.18.%d.%d" % (rnd.randrange(256), rnd.randrange(1, 255))
        wire.send(wire.tcp(src, rnd.randrange(1024, 65536), dst, 7, SYN,
                           seq=rnd.randrange(1 << 32), options=MSS))
        if i % 25 == 24:
            time.sleep(0.005)       # what the guest can take on a slow host


SCRIPTS = {"etc/look": b"sleep 1\nmemstat -j\nmbufstat -j\nps -j\nnetstat -s -j\n",
           "etc/on": b"kextload tcplognke\n", "etc/off": b"kextunload tcplognke\n"}


def fill_history(m):
    """From now on a short line in the shell's history takes another's place."""
    m.send("".join("true %d\r" % i for i in range(110)) + "echo full\r")
    m.expect("^full", 60)


def look(m):
    """(what is in use, the protocols' counters)"""
    docs = documents(m.run("sh /etc/look", 60))
    return numbers(*docs[:3]), docs[3]


class Baseline:
    """What the guest had in use, and has again some time later."""

    def __init__(self, m):
        self.m, self.differs = m, ""
        self.before = self.now()

    def now(self):
        return least([look(self.m)[0] for _ in range(2)])

    def _same(self):
        self.differs = compare(self.before, self.now())
        return self.differs == ""

    def check(self, limit=120):
        try:
            wait_for(self._same, limit, "not as before")
        except AssertionError:
            raise AssertionError("not as before:\n" + self.differs) from None


def flooded(wire, targets, count, seed, old):
    """A flood, and during it real clients that get through."""
    syn_flood(wire, targets, 500, seed)     # the backlog is full from now on
    flood = threading.Thread(target=syn_flood, args=(wire, targets, count - 500, seed + 1),
                             daemon=True)
    flood.start()
    rounds = 0
    while flood.is_alive() or rounds < 3:
        for addr in targets:
            traffic.echo(net.connect(addr, 7, timeout=60), 50000, seed=rounds)
        old.check(2, 60)
        rounds += 1


def fragment_flood(wire, targets, rnd):
    """First and last parts of datagrams that never become whole, some with
    parts that overlap or reach beyond the largest datagram."""
    for n in range(1500):
        dst, ident = targets[n % 2], rnd.randrange(1, 1 << 16)
        shapes = [(0, 1, 1400), (0, 1, 8), (1480, 1, 1400), (65528, 0, 1400), (8, 1, 1400)]
        off, more, size = shapes[n // 2 % len(shapes)]
        body = rnd.randbytes(size)
        if ":" in dst:
            body = struct.pack("!BBHI", 17, 0, off & 0xFFF8 | more, ident) + body
            wire.send(wire.frame(HOST6, dst, 44, body))
        else:
            wire.send(wire.frame("198.18.0.1", dst, 17, body, ident, more << 13 | off >> 3))
        if n % 20 == 19:
            time.sleep(0.005)


def neighbour_flood(wire, rnd):
    """Requests from everybody on the link, who never answers; and datagrams
    from them, to which the guest would like to reply."""
    mac = wire.eth[:6]
    for n in range(1500):
        src = b"\x02\x01" + rnd.randbytes(4)
        ip = "10.77.0.%d" % rnd.randrange(3, 255)
        arp = struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) + src + socket.inet_aton(ip)
        wire.send(mac + src + b"\x08\x06" + arp + bytes(6) + socket.inet_aton(GUEST4))
        udp = struct.pack("!HHHH", 5000, 7, 8 + 4, 0) + b"echo"
        wire.send(wire.frame("10.77.0.%d" % rnd.randrange(3, 255), GUEST4, 17, udp))
        if n % 20 == 19:
            time.sleep(0.005)


def test_floods(vm, tap, dnsmasq, wire):
    """Fragments, neighbours, and 20,000 connection requests that nobody
    completes, for both IP versions; with a socket filter on the listener each
    of those is shown to it first."""
    rnd = random.Random(7)
    m = vm(net=tap, mem=64, files=SCRIPTS, append="loglevel=3")
    fill_history(m)
    targets = (GUEST4, guest_v6(m))
    for line in ("sh /etc/on", "sh /etc/off"):
        m.run(line)
        for addr in targets:
            traffic.echo(net.connect(addr, 7), 1000)
    base = Baseline(m)
    fragment_flood(wire, targets, rnd)
    held = look(m)[0]["mbufs", "clusters"] - base.before["mbufs", "clusters"]
    assert 0 < held < 400, held
    for addr in targets:
        assert net.ping(addr, size=4000)
    # Parts of IPv6 datagrams wait a minute for the rest; these need not.
    m.run(" sysctl net.inet6.ip6.fragttl=2")
    neighbour_flood(wire, rnd)
    assert look(m)[0]["mbufs", "mbuf"] < base.before["mbufs", "mbuf"] + 1200
    for addr in targets:
        assert net.ping(addr)
    old = traffic.Trickle(net.connect(GUEST4, 7))
    flooded(wire, targets, 10000, 1, old)
    before = look(m)[1]["tcp"]
    assert before["cookies_sent"] > 1000 and before["cookies_returned"] > 0, before
    m.run("sh /etc/on")
    flooded(wire, targets, 10000, 3, old)
    tcp = look(m)[1]["tcp"]
    for what, more in (("cookies_sent", 1000), ("held_requests", 1000), ("cookies_returned", 1)):
        assert tcp[what] >= before[what] + more, (what, before, tcp)
    assert tcp["connections"] < 400, tcp
    old.close()
    m.run("sh /etc/off")
    base.check()


class Tcp:
    """The peer's end of one connection, segment by segment."""

    def __init__(self, peer, sport, dport=7):
        self.peer, self.sport, self.dport = peer, sport, dport
        self.seq = 1000000 * sport
        p = peer.ask(self.make("S", 0, self.seq), self.mine)
        assert p is not None and p[TCP].flags == "SA", p
        self.isn = p[TCP].seq
        self.seq, self.ack = self.seq + 1, p[TCP].seq + 1
        peer.send(self.make())

    def make(self, flags="A", ack=None, seq=None, data=b""):
        p = (Ether(dst=GUEST_MAC, src=self.peer.mac) / IP(src=self.peer.ip, dst=GUEST) /
             TCP(sport=self.sport, dport=self.dport, flags=flags, window=20000,
                 seq=(self.seq if seq is None else seq) & 0xFFFFFFFF,
                 ack=(self.ack if ack is None else ack) & 0xFFFFFFFF,
                 options=[("MSS", 1460)] if flags == "S" else []))
        return p / Raw(data) if data else p

    def mine(self, q):
        return TCP in q and q[TCP].dport == self.sport and q[TCP].sport == self.dport

    def new(self, q):
        """One of ours, and not something sent again because we were slow."""
        return self.mine(q) and (q[TCP].seq - self.ack) & 0xFFFFFFFF < 1 << 31

    def challenged(self, frame):
        """The guest says what it expects, and keeps what it is sent to itself."""
        self.peer.send(frame)
        p = self.peer.wait(self.new, 60)
        assert p is not None and p[TCP].flags == "A", p
        assert (p[TCP].seq, p[TCP].ack) == (self.ack & 0xFFFFFFFF, self.seq & 0xFFFFFFFF)
        assert p[IP].len == 40, p

    def works(self, data=b"still here"):
        self.peer.send(self.make("PA", data=data))
        p = self.peer.wait(lambda q: self.new(q) and q[IP].len > 40, 60)
        assert p is not None and bytes(p[TCP].payload)[:len(data)] == data, p
        assert p[IP].len == 40 + len(data)
        self.seq, self.ack = self.seq + len(data), self.ack + len(data)
        self.peer.send(self.make())

    def error(self, kind, code, seq, mtu=0):
        """An ICMP error about a segment that the guest may have sent."""
        quoted = (IP(src=GUEST, dst=self.peer.ip, len=1440, proto=6) /
                  TCP(sport=self.dport, dport=self.sport, seq=seq & 0xFFFFFFFF, flags="A"))
        self.peer.send(Ether(dst=GUEST_MAC, src=self.peer.mac) /
                       IP(src="10.0.0.99", dst=GUEST) /
                       ICMP(type=kind, code=code, nexthopmtu=mtu) / Raw(bytes(quoted)[:28]))


def test_forgeries(vm, closing):
    """Resets, SYNs, data and ICMP errors of somebody who only guesses."""
    peer = closing(Peer())
    m = vm(net=peer, append="ip=10.0.0.2/24,10.0.0.1")
    assert peer.resolve(GUEST) == GUEST_MAC
    conns = [Tcp(peer, port) for port in range(3000, 3020)]
    # Initial sequence numbers of neighbours have nothing in common.
    steps = {(a.isn - b.isn) & 0xFFFFFFFF for a, b in zip(conns, conns[1:])}
    assert len(steps) == len(conns) - 1 and min(steps) > 1000
    c = conns[0]
    c.works()
    c.challenged(c.make("R", seq=c.seq + 100))
    c.challenged(c.make("S", seq=c.seq + 100))
    c.challenged(c.make("PA", ack=c.ack + 50000, data=b"forged"))
    c.challenged(c.make("PA", ack=c.ack - 1000000, data=b"forged"))
    for silent in (c.make("R", seq=c.seq - 1), c.make("P", data=b"forged"),
                   c.make("R", seq=c.seq + (1 << 30))):
        peer.send(silent)
    c.works()
    # Errors: none of a connection that is there makes it end or its
    # segments tiny.
    for seq in (c.ack, c.ack - 1, c.ack + 100000):
        for code in (1, 2, 3, 13):
            c.error(3, code, seq)
        c.error(11, 0, seq)
        c.error(4, 0, seq)
        c.error(3, 4, seq, mtu=68)
    c.error(3, 4, c.ack + 100000, mtu=600)
    c.works(bytes(range(250)) * 5)
    # Answers have a limit.
    frame = bytes(c.make("R", seq=c.seq + 100))
    for i in range(4000):
        peer.send(frame)
        if i % 100 == 99:
            peer.flush()
    peer.ask(Ether(dst=GUEST_MAC, src=peer.mac) / IP(src=peer.ip, dst=GUEST) / ICMP(id=99),
             lambda q: ICMP in q and q[ICMP].type == 0 and q[ICMP].id == 99)
    tcp = m.json("netstat -s -j")["tcp"]
    assert tcp["blind"] > 3000 and tcp["challenges"] < tcp["blind"] - 1000, tcp
    peer.flush()
    c.works()
    # The right one works.
    peer.send(c.make("R"))
    wait_for(lambda: "3000" not in re.findall(r"10\.0\.0\.1[.:](\d+)", m.run("netstat -n")), 20,
             "the connection is still there")
