# SPDX-License-Identifier: BSD-2-Clause
"""Sockets in great numbers, without a way, and without buffers."""
import re
import socket
import struct

from test.lib import net, traffic
from test.lib.baseline import FIGURES, compare, documents, least, numbers
from test.lib.net import GUEST4

LOAD = "kextload /test/sockmany.kext\n"
UNLOAD = "kextunload org.unikext.test.sockmany\n"
LOOK = "sleep 1\n" + FIGURES


def test_20000_kernel_sockets(vm):
    """A kext opens and uses 20,000 sockets in 512 MB; gone, nothing is left."""
    count = "netstat -s | grep 'sockets now'\n"
    # Once before: caches and tables reach their size.
    script = (LOAD + UNLOAD + LOOK * 2 + count + LOAD + count + UNLOAD + count + LOOK * 2)
    m = vm(mem=512, append="ip=none", files={"etc/many": script.encode()})
    out = m.run("sh /etc/many", timeout=500)
    before, most, after = (int(n) for n in re.findall(r"(\d+) sockets now", out))
    assert most == before + 19999 and after == before
    docs = documents(out)
    assert len(docs) == 12
    looks = [numbers(*docs[i:i + 3]) for i in range(0, 12, 3)]
    assert compare(least(looks[:2]), least(looks[2:])) == ""


def test_unreachable(vm, tap):
    """No route, a router's answer, a port nobody has: the caller is told which."""
    net.run("sysctl", "-w", "net.ipv4.ip_forward=1")
    net.run("ip", "route", "add", "unreachable", "198.51.100.0/24")
    try:
        m = vm(net=tap, append="ip=10.77.0.2/24")
        for target, text in (("192.0.2.1 80", "No route to host"),
                             ("-u 192.0.2.1 80", "No route to host"),
                             ("10.77.0.1 81", "Connection refused")):
            status, out = m.sh("echo x | nc " + target)
            assert status != 0 and text in out, out
        m.run("route add default 10.77.0.1")
        status, out = m.sh("echo x | nc 198.51.100.1 80", timeout=60)
        assert status != 0 and "No route to host" in out, out
    finally:
        net.run("ip", "route", "del", "unreachable", "198.51.100.0/24")
        net.run("sysctl", "-w", "net.ipv4.ip_forward=0")


def test_a_kext_holds_every_buffer(vm, nic, tap):
    """Rings and control segments go on; what needs a buffer waits for it."""
    m = vm(net=tap, nic=nic, append="ip=10.77.0.2/24,10.77.0.1")
    old = net.connect(GUEST4, 7)
    m.run("kextload /test/mbhoard.kext")
    m.run("sysctl debug.mbhoard=1")
    assert net.ping(GUEST4, 3)
    # Made, ended, reset: all without a buffer of the ordinary kind.
    crowd = [net.connect(GUEST4, 7) for _ in range(20)]
    for s in crowd[:10]:
        s.shutdown(socket.SHUT_WR)
        assert s.recv(1) == b""
    for s in crowd:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()
    old.sendall(b"waits")
    assert net.ping(GUEST4, 3)
    m.run("sysctl debug.mbhoard=0")
    assert old.recv(5, socket.MSG_WAITALL) == b"waits"
    old.close()
    traffic.echo(net.connect(GUEST4, 7), 4 << 20)
    assert "mbuf: no memory" in m.con.all and m.con.all.count("mbuf: no memory") < 10
    assert int(re.search(r"mbuf of.*?(\d+) denied", m.run("netstat -m")).group(1)) > 0
    m.run("kextunload org.unikext.test.mbhoard")
