# SPDX-License-Identifier: BSD-2-Clause
"""The guest as a router between two Linux hosts, in bulk, while an interface
of a kext comes and goes."""
import hashlib
import socket
import threading

import pytest

from test.lib import net, traffic
from test.lib.baseline import FIGURES, compare, documents, least, numbers
from test.lib.farhost import PORT_SINK, PORT_SOURCE, Far
from test.lib.net import Tap, run

FAR4, FAR6 = "10.78.0.1", "fd78::1"


class QuietTap(Tap):
    """Without a capture: a gigabyte passes."""

    def args(self, case_dir):
        return ["-netdev", "tap,id=%s,ifname=%s,script=no,downscript=no" % (self.nid, self.name)]


def upload(addr, size):
    s = socket.create_connection((addr, PORT_SINK), timeout=120)
    h = hashlib.sha256()
    s.sendall(size.to_bytes(8, "big"))
    for b in traffic.blocks(size):
        h.update(b)
        s.sendall(b)
    assert s.recv(32, socket.MSG_WAITALL) == h.digest(), "the far host got other bytes"
    s.close()


def download(addr, size):
    s = socket.create_connection((addr, PORT_SOURCE), timeout=120)
    s.sendall(size.to_bytes(8, "big"))
    h, got = hashlib.sha256(), 0
    while True:
        data = s.recv(1 << 20)
        if not data:
            break
        h.update(data)
        got += len(data)
    s.close()
    assert got == size and h.hexdigest() == traffic.digest(size), "other bytes came"


def at_once(*calls):
    """Runs all, each in a thread; the first error is raised."""
    errors = []

    def wrap(fn, args):
        try:
            fn(*args)
        except (OSError, AssertionError) as e:
            errors.append(e)
    threads = [threading.Thread(target=wrap, args=(fn, args)) for fn, *args in calls]
    for t in threads:
        t.start()
    for t in threads:
        t.join(400)
    assert not any(t.is_alive() for t in threads), "transfers did not end"
    if errors:
        raise errors[0]


def looks(m):
    """What is in use, the least of three looks."""
    docs = documents(m.run(" sh /etc/look", 60))
    return least([numbers(*docs[i:i + 3]) for i in range(0, 9, 3)])


# A gigabyte over virtio, where frames come joined; e1000's come one by one.
@pytest.mark.parametrize("nic,mb", [("virtio", 1024), ("e1000", 16)])
def test_router_in_bulk(vm, closing, nic, mb):
    near = closing(QuietTap("tap0", "n0", "10.77.0.1", "fd77::1"))
    away = closing(QuietTap("tap1", "n1", None, None))
    m = vm(net=[near, away], nic=nic, append="ip=10.77.0.2/24", mem=128,
           files={"etc/look": ("sleep 1\n" + FIGURES).encode() * 3})
    for line in ("ifconfig en1 10.78.0.2/24", "ifconfig en0 inet6 fd77::2/64",
                 "ifconfig en1 inet6 fd78::2/64", "sysctl net.inet.ip.forwarding=1",
                 "sysctl net.inet6.ip6.forwarding=1"):
        m.run(line)
    closing(Far("tap1", FAR4 + "/24", FAR6 + "/64", "10.78.0.2", "fd78::2"))
    run("ip", "route", "add", "10.78.0.0/24", "via", "10.77.0.2")
    run("ip", "-6", "route", "add", "fd78::/64", "via", "fd77::2")
    net.wait_for(lambda: net.ping(FAR4) and net.ping(FAR6), 60, "the far host answers")
    # Receive rings settle for the size of what comes.
    part = (mb << 20) // 16
    at_once((upload, FAR4, part), (download, FAR6, part))
    m.run(" kextload /test/ifcycle.kext")
    m.run(" kextunload org.unikext.test.ifcycle", timeout=200)
    before = looks(m)
    m.run(" kextload /test/ifcycle.kext")
    part = (mb << 20) // 4
    at_once((upload, FAR4, part), (download, FAR4, part), (upload, FAR6, part), (download, FAR6, part))
    m.run(" kextunload org.unikext.test.ifcycle", timeout=200)
    assert m.con.all.count("ifcycle: 1000 cycles, frames sent") == 2
    assert compare(before, looks(m)) == ""
    assert "cy0" not in m.run("ifconfig -l")
