# SPDX-License-Identifier: BSD-2-Clause
"""All three families of filters at once, under load, and gone again.

sfdefer (socket filter: swallows everything and injects it later), ipnat (IP
filters: rewrite addresses, IPv4 and IPv6) and ifdelay (interface filter:
delays and reorders frames) run together.  FILTER_MB sets how many megabytes
go each way, a gigabyte if nothing is said."""
import contextlib
import os
import random
import re
import socket
import threading
import time

import pytest

from test.lib import net, traffic
from test.lib.baseline import FIGURES, documents, grown, numbers
from test.lib.net import GUEST4

MEGABYTES = int(os.environ.get("FILTER_MB", "1024"))
CONNECTIONS = 2000
UNLOADS = int(os.environ.get("FILTER_UNLOADS", "1000"))
GUEST6 = "fd77::2"
# Where the host reaches the guest through ipnat.
NAT4, NAT6 = "10.77.0.50", "fd77::50"
KEXTS = ("sfdefer", "ipnat", "ifdelay")
SETUP = ["ifconfig en0 inet %s/24 alias" % NAT4, "ifconfig en0 inet6 %s/64" % GUEST6,
         "ifconfig en0 inet6 %s/64 alias" % NAT6, "route add -inet6 default fd77::1"]


def value(m, name):
    return int(m.run("sysctl -n " + name, timeout=60).split()[-1])


class Datagrams(threading.Thread):
    """Datagrams to the echo service, a few at a time; each comes back whole or not at all."""

    def __init__(self, addr, port):
        super().__init__(daemon=True)
        self.family = socket.AF_INET6 if ":" in addr else socket.AF_INET
        self.addr, self.sent, self.back, self.error, self.stop = (addr, port), 0, 0, None, False
        self.start()

    def run(self):
        with socket.socket(self.family, socket.SOCK_DGRAM) as s:
            s.settimeout(2)
            s.connect(self.addr)
            while not self.stop:
                body = b"%08d" % self.sent + bytes((self.sent + i) & 255 for i in range(900))
                self.sent += 1
                s.send(body)
                try:
                    got = s.recv(4096)
                except TimeoutError:
                    continue
                n = int(got[:8])
                if got[8:] != bytes((n + i) & 255 for i in range(900)):
                    self.error = "datagram %d came back changed" % n
                    return
                self.back += 1
                time.sleep(0.01)

    def close(self):
        self.stop = True
        self.join(10)


def in_thread(failed, fn, *args):
    def body():
        try:
            fn(*args)
        except Exception as e:      # told by the test
            failed.append("%s%r: %r" % (fn.__name__, args[1:], e))
    t = threading.Thread(target=body, daemon=True)
    t.start()
    return t


def crowds(addr, count, at_once):
    """Two of them together are fewer than the server's backlog: nobody waits
    with a connection that the server has not accepted."""
    for _ in range(count // at_once):
        assert traffic.crowd(addr, 5007, at_once, size=1500, limit=400) == at_once


@contextlib.contextmanager
def own_shell(m):
    """A shell inside the shell: it takes its history with it when it goes."""
    m.send("sh\r")
    m.wait_shell()
    yield
    m.con.pending = ""
    m.send("exit\r")
    m.expect(r"\[status 0\]\n")
    m.wait_shell()


def look(m):
    with own_shell(m):
        docs = documents(m.run("sh /etc/figures", timeout=60))
    now = numbers(*docs[:3])
    # Stacks are kept for the next thread; the threads themselves are counted.
    for key in (("ranges", "stacks"), ("caches", "kva_range")):
        now.pop(key, None)
    return now


def back_to(m, before):
    """Every counter is where it was, after a while."""
    after = {}

    def settled():
        after.clear()
        after.update(look(m))
        return grown(before, after) == ""
    try:
        net.wait_for(settled, 120, "back to the baseline")
    except AssertionError:
        raise AssertionError("not back:\n" + grown(before, after)) from None


def load(m, *kexts):
    for k in kexts:
        m.run("kextload " + k)


def unload(m, *kexts):
    for k in kexts:
        m.run("kextunload org.unikext.test." + k, timeout=120)


def bulk_and_crowds(m):
    """Bulk through the rewritten addresses, datagrams, and crowds of connections."""
    failed = []
    dgrams = [Datagrams(a, 5007) for a in (NAT4, NAT6)]
    half = MEGABYTES << 19
    work = [in_thread(failed, traffic.echo, net.connect(a, 5007), half, i + 1)
            for i, a in enumerate((NAT4, NAT6))]
    work += [in_thread(failed, crowds, a, CONNECTIONS // 2, 50) for a in (NAT4, GUEST6)]
    for t in work:
        t.join(3000)
        assert not t.is_alive(), "stands still"
    assert not failed, failed
    for d in dgrams:
        d.close()
        assert d.error is None and d.back > 20, (d.error, d.sent, d.back)
    for name in ("sfdefer.total", "ipnat.in", "ipnat.out", "ifdelay.total"):
        assert value(m, "net." + name) > CONNECTIONS, name
    assert value(m, "net.ifdelay.swapped") > CONNECTIONS // 32


def gone_under_load(m):
    """The three are unloaded while everything is busy; what ipnat has not
    rewritten goes on."""
    failed = []
    alive = [traffic.Trickle(net.connect(a, 5007), size=3000, pause=0.002)
             for a in (GUEST4, GUEST6) for _ in range(4)]
    translated = [traffic.Trickle(net.connect(a, 5007)) for a in (NAT4, NAT6)]
    bulk = [in_thread(failed, traffic.echo, net.connect(a, 5007), 24 << 20, 7)
            for a in (GUEST4, GUEST6)]
    for t in alive + translated:
        t.check()
    for k in ("ifdelay", "sfdefer", "ipnat"):
        unload(m, k)
        for t in alive:
            t.check()
    for t in bulk:
        t.join(300)
        assert not t.is_alive(), "stands still"
    assert not failed, failed
    for t in alive:
        t.check()
        t.close()
    for t in translated:
        t.close()
        assert not isinstance(t.error, ValueError), t.error


@pytest.mark.slow
def test_three_families_at_once(vm, tap):
    m = vm(net=tap, append="ip=10.77.0.2/24,10.77.0.1", mem=512,
           files={"etc/figures": FIGURES.encode()})
    for line in SETUP:
        m.run(line)
    net.connect(GUEST4, 7).close()
    for addr in (NAT4, NAT6):
        net.wait_for(lambda a=addr: net.ping(a), 30, "%s does not answer" % addr)
    with own_shell(m):      # once round first: caches and pools reach their size
        load(m, "sockecho", "/test/sfdefer.kext", "/test/ipnat.kext", "/test/ifdelay.kext")
        crowds(NAT4, 100, 100)
        unload(m, *KEXTS)
        m.run("kextunload sockecho")
    before = look(m)
    with own_shell(m):
        load(m, "/test/sfdefer.kext", "/test/ipnat.kext", "/test/ifdelay.kext", "sockecho")
        bulk_and_crowds(m)
        gone_under_load(m)
        # What ipnat's end has cut ends too when it is there again.
        m.run("kextload /test/ipnat.kext")
        m.run("kextunload sockecho")
        m.run("kextunload org.unikext.test.ipnat")
        assert m.json("kextstat -j") == []
    back_to(m, before)


def comings_and_goings(kext, count, seed):
    """A script: loads and unloads after moments of random length."""
    rnd = random.Random(seed)
    line = "kextload /test/%s.kext\nsleep %.4f\nkextunload org.unikext.test.%s\n"
    return "".join(line % (kext, rnd.choice((0, 0.001, 0.004, 0.02)) * rnd.random(), kext)
                   for _ in range(count)).encode()


@pytest.mark.slow
def test_unloaded_at_1000_random_moments(vm, tap):
    """Two kexts with filters of all families come and go beside each other, 500
    times each, in the middle of busy connections."""
    kexts = ("fleeting", "fleeting2")
    files = {"etc/%s" % k: comings_and_goings(k, UNLOADS // 2, seed) for seed, k in enumerate(kexts)}
    files["etc/both"] = b"sh /etc/fleeting &\nsh /etc/fleeting2\nwait\n"
    files["etc/figures"] = FIGURES.encode()
    m = vm(net=tap, append="ip=10.77.0.2/24,10.77.0.1", mem=256, files=files)
    m.run("ifconfig en0 inet6 %s/64" % GUEST6)
    net.wait_for(lambda: net.ping(GUEST6), 30, "%s does not answer" % GUEST6)
    with own_shell(m):      # once round first
        load(m, "/test/fleeting.kext", "/test/fleeting2.kext")
        for a in (GUEST4, GUEST6):
            traffic.echo(net.connect(a, 7), 1 << 20)
        unload(m, *kexts)
    before = look(m)
    alive = [traffic.Trickle(net.connect(a, 7), size=size, pause=0.002)
             for a in (GUEST4, GUEST6) for size in (600, 20000)]
    with own_shell(m):
        out = m.run("sh /etc/both", timeout=900)
        assert m.json("kextstat -j") == []
    for t in alive:
        t.check()
        t.close()
        assert t.count > UNLOADS // 10
    # Nothing was refused, leaked or out of order.
    assert not re.search("kextload:|kextunload:|leaks|FLEETING", out), out
    back_to(m, before)
