# SPDX-License-Identifier: BSD-2-Clause
"""TCP against a Linux host: bulk both ways, many connections, every byte
checked, on both NICs and over every shape of virtio-net."""
import socket

import pytest

from test.lib import net, traffic
from test.lib.net import GUEST4
from test.lib.qemu import UserNet

STATIC = "ip=10.77.0.2/24,10.77.0.1"
OFF = ("csum=off,guest_csum=off,gso=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,"
       "guest_ufo=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off")


def mbufs(m):
    """Mbufs in use, once everything in flight has settled."""
    last = None
    for _ in range(20):
        now = m.json("mbufstat -j")
        if now == last:
            break
        last = now
        m.run("sleep 0.2")
    return last


def test_64mb_each_way(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC, mem=256)
    traffic.echo(net.connect(GUEST4, 7), 64 << 20)
    m.run("true")


def test_bulk_one_way(vm, nic, tap):
    vm(net=tap, nic=nic, append=STATIC)
    traffic.discard(net.connect(GUEST4, 9), 32 << 20)
    assert traffic.source(net.connect(GUEST4, 19), 32 << 20) == 32 << 20


def test_200_connections(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC, mem=256)
    net.connect(GUEST4, 7).close()
    assert traffic.crowd(GUEST4, 7, 200) == 200
    # And the guest is as good as new.
    traffic.echo(net.connect(GUEST4, 7), 1 << 20)
    m.run("true")


def test_refused_and_reset(vm, tap):
    vm(net=tap, append=STATIC)
    net.connect(GUEST4, 7).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((GUEST4, 4444), timeout=10)
    # An abortive close in the middle of a transfer takes nothing else along.
    s = net.connect(GUEST4, 19)
    s.sendall((1 << 24).to_bytes(8, "big"))
    s.recv(1000)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    s.close()
    traffic.echo(net.connect(GUEST4, 7), 1 << 18)


@pytest.mark.parametrize("opts", [
    "disable-legacy=on", "disable-modern=on", "disable-modern=on,vectors=0", "vectors=0",
    "mrg_rxbuf=off,indirect_desc=off,event_idx=off", OFF,
    "disable-modern=on,event_idx=off," + OFF, "ctrl_vq=off", "rx_queue_size=1024",
], ids=["modern", "legacy", "legacy-intx", "intx", "plain", "nooffload", "legacy-bare",
        "noctrl", "bigqueue"])
def test_virtio_shapes(vm, tap, opts):
    vm(net=tap, nic_opts=opts, append=STATIC)
    assert net.ping(GUEST4, 2)
    traffic.echo(net.connect(GUEST4, 7), 2 << 20)


def test_ipv6(vm, nic, tap, dnsmasq):
    from test.qemu.test_net import guest_v6
    m = vm(net=tap, nic=nic)
    traffic.echo(net.connect(guest_v6(m), 7), 8 << 20)


def test_http(vm, nic):
    user = UserNet(("tcp", 80))
    m = vm(net=user, nic=nic)
    import urllib.request
    url = "http://127.0.0.1:%d/" % user.port("tcp", 80)
    for _ in range(20):
        try:
            with urllib.request.urlopen(url, timeout=20) as r:
                body = r.read()
            break
        except OSError:     # forwarded before the guest listens
            m.run("sleep 0.3")
    assert r.status == 200 and body == b"hello\n"
    with urllib.request.urlopen(url + "about.html", timeout=20) as r:
        assert b"<html" in r.read().lower()
    with pytest.raises(urllib.error.HTTPError) as e:
        urllib.request.urlopen(url + "no/such/file", timeout=20)
    assert e.value.code == 404
