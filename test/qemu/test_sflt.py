# SPDX-License-Identifier: BSD-2-Clause
"""Socket filters and kernel sockets under traffic: a filter that takes all data
and puts it back later, filters that come and go at random moments, an echo
server and client in a kext."""
import random
import re
import time

import pytest

from test.lib import net, traffic
from test.lib.net import GUEST4

STATIC = "ip=10.77.0.2/24,10.77.0.1"


def value(m, name):
    return int(m.run("sysctl -n " + name).split()[-1])


def settle(m, name, want, limit=60):
    net.wait_for(lambda: value(m, name) == want, limit, "%s = %d" % (name, want))


def sockets(m):
    return m.json("netstat -aj")


def buffers(m):
    """Clusters in use, of any size."""
    return sum(int(n) for n in re.findall(r"(\d+) (?:2k|4k|16k) of", m.run("netstat -m")))


@pytest.mark.slow
def test_sockecho_from_outside(vm, nic, tap):
    """A kext's server: 1 GB through it, half in, half out, over 500 connections
    open at once, then datagrams; more is offered than the guest has buffers for,
    so windows must shrink.  Gone afterwards."""
    m = vm(net=tap, nic=nic, append=STATIC, mem=256)
    # Otherwise the crowd's first segments are lost on the host already.
    net.run("ip", "link", "set", tap.name, "txqueuelen", "16384")
    net.connect(GUEST4, 7).close()
    before = buffers(m)
    m.run("kextload sockecho")
    assert traffic.load(GUEST4, 5007, 500, 512 << 20) == 512 << 20
    settle(m, "net.sockecho.connections", 0)
    assert value(m, "net.sockecho.bytes") == 512 << 20
    assert traffic.load(GUEST4, 5007, 20, 16 << 20, udp=True) >= 16 << 20
    net.wait_for(lambda: buffers(m) <= before + 8, 60, "buffers given back")
    m.run("kextunload sockecho")
    assert m.json("kextstat -j") == []


def test_sockecho_500_at_once(vm):
    """Its client against its server over lo0, every byte compared."""
    m = vm(mem=256)
    m.run("kextload sockecho")
    m.run('sysctl net.sockecho.run="127.0.0.1 5007 500 40000"', timeout=60)
    settle(m, "net.sockecho.finished", 500, 120)
    assert value(m, "net.sockecho.failures") == 0
    assert value(m, "net.sockecho.client_bytes") == 500 * 40000
    m.run("kextunload sockecho")


def test_deferring_filter(vm, nic, tap):
    """Everything is swallowed and injected later; unloaded in mid-stream."""
    m = vm(net=tap, nic=nic, append=STATIC, mem=256)
    net.connect(GUEST4, 7).close()
    m.run("kextload /test/sfdefer.kext")
    # Sockets made from here on have it: the services start anew.
    m.run("kextload sockecho")
    traffic.echo(net.connect(GUEST4, 5007), 8 << 20)
    assert traffic.crowd(GUEST4, 5007, 60) == 60
    assert value(m, "net.sfdefer.total") > 300
    alive = [traffic.Trickle(net.connect(GUEST4, 5007)) for _ in range(8)]
    time.sleep(0.5)
    m.run("kextunload org.unikext.test.sfdefer", timeout=60)
    for t in alive:
        t.check()
    for t in alive:
        t.close()
    traffic.echo(net.connect(GUEST4, 5007), 1 << 20)
    m.run("kextunload sockecho")


@pytest.mark.parametrize("seed", [1, 2])
def test_load_and_unload_at_random_moments(vm, tap, seed):
    """No byte of a busy connection is lost however the filter goes."""
    rnd = random.Random(seed)
    m = vm(net=tap, append=STATIC, mem=256)
    net.connect(GUEST4, 7).close()
    m.run("kextload sockecho")
    alive = [traffic.Trickle(net.connect(GUEST4, 5007), size=3000, pause=0.002)
             for _ in range(4)]
    for _ in range(40):
        m.run("kextload /test/sfdefer.kext")
        late = traffic.Trickle(net.connect(GUEST4, 5007), size=3000, pause=0.001)
        time.sleep(rnd.random() * 0.1)
        m.run("kextunload org.unikext.test.sfdefer", timeout=60)
        late.check(more=1)
        late.close()
    for t in alive:
        t.check()
        t.close()
    m.run("kextunload sockecho")
    assert m.json("kextstat -j") == []
