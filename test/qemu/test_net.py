# SPDX-License-Identifier: BSD-2-Clause
"""Addresses, ping, names and the link, against a Linux host on a tap."""
import socket
import time

from test.lib import net
from test.lib.net import GUEST4, HOST4, HOST6, wait_for


def guest_v6(m):
    """The guest's global address on en0 (SLAAC), once it has one."""
    def find():
        for word in m.run("ifconfig en0").replace("%", " ").split():
            if word.lower().startswith("fd77:"):
                return word.split("/")[0]
        m.run("sleep 0.3")
        return None
    return wait_for(find, 40, "no address from router advertisements")


def test_dhcp_ping_dns(vm, nic, tap, dnsmasq):
    m = vm(net=tap, nic=nic)
    wait_for(lambda: GUEST4 in m.run("ifconfig en0"), 30, "no DHCP address on en0")
    assert dnsmasq.lease() == [GUEST4]
    # Both ways, both versions.
    assert net.ping(GUEST4, 3)
    m.run("ping -c 3 " + HOST4)
    v6 = guest_v6(m)
    assert net.ping(v6, 3)
    m.run("ping6 -c 3 " + HOST6)
    # Larger than one frame: fragments out and back.
    assert net.ping(GUEST4, 2, size=4000)
    m.run("ping -c 2 -s 4000 " + HOST4)
    # The positive control for the failing case.
    status, _ = m.sh("ping -c 1 -W 1 10.77.0.200", timeout=60)
    assert status != 0
    # Names, by the resolver DHCP gave and by one named on the line.
    assert "10.77.0.99" in m.run("host printer.test")
    assert "10.77.0.99" in m.run("host printer.test " + HOST4)
    assert "query[A] printer.test" in dnsmasq.log()
    status, _ = m.sh("host missing.test", timeout=40)
    assert status != 0
    # The default route leads through the host.
    assert HOST4 in m.run("route -n")


def test_static_address(vm, nic, tap):
    m = vm(net=tap, nic=nic, append="ip=10.77.0.2/24,10.77.0.1")
    assert GUEST4 in m.run("ifconfig en0")
    assert net.ping(GUEST4)
    s = net.connect(GUEST4, 13)
    assert s.recv(100)


def test_udp(vm, nic, tap):
    m = vm(net=tap, nic=nic, append="ip=10.77.0.2/24,10.77.0.1")
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.connect((GUEST4, 7))
    net.connect(GUEST4, 7).close()      # services are up
    for size in (0, 1, 100, 1472, 1473, 5000, 9000):
        data = bytes((i * 7 + size) & 255 for i in range(size))
        s.send(data)
        assert s.recv(65536) == data, "datagram of %d bytes" % size
    m.run("true")


def test_link_down_up(vm, nic, tap):
    """QMP pulls the cable: the guest sees it, traffic stops, and comes back."""
    m = vm(net=tap, nic=nic, append="ip=10.77.0.2/24,10.77.0.1")
    assert net.ping(GUEST4)
    m.qmp("set_link", name="nic0", up=False)
    wait_for(lambda: "inactive" in m.run("ifconfig en0"), 20, "link down not seen")
    assert not net.ping(GUEST4, timeout=2)
    m.qmp("set_link", name="nic0", up=True)
    wait_for(lambda: "inactive" not in m.run("ifconfig en0"), 20, "link up not seen")
    assert net.ping(GUEST4, timeout=20)


def test_idle_guest_is_idle(vm, tap):
    """With nothing to do the guest sleeps: no polling, no stray timer."""
    m = vm(net=tap, append="ip=10.77.0.2/24,10.77.0.1")
    assert net.ping(GUEST4)
    time.sleep(1)
    before = m.cpu_seconds()
    time.sleep(3)
    assert m.cpu_seconds() - before < 1.5
