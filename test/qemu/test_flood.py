# SPDX-License-Identifier: BSD-2-Clause
"""Floods and forgeries: what strangers send neither fills the guest's memory
nor keeps a real client out, and nothing of it is left afterwards."""
import errno
import random
import socket
import struct
import threading
import time

import pytest

from test.lib import net, traffic
from test.lib.net import GUEST4, wait_for
from test.lib.peer import GUEST_MAC
from test.lib.baseline import compare, documents, least, numbers
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


def test_syn_flood(vm, tap, dnsmasq, wire):
    """20,000 requests that nobody completes, for both IP versions; with a
    socket filter on the listener each is shown to it first."""
    m = vm(net=tap, mem=64, files=SCRIPTS, append="loglevel=3")
    fill_history(m)
    targets = (GUEST4, guest_v6(m))
    for line in ("sh /etc/on", "sh /etc/off"):
        m.run(line)
        for addr in targets:
            traffic.echo(net.connect(addr, 7), 1000)
    base = Baseline(m)
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
