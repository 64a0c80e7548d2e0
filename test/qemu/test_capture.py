# SPDX-License-Identifier: BSD-2-Clause
"""Capture in the guest, streamed out, against QEMU's own of the same run."""
import io
import socket
import threading

from scapy.all import ICMP, Ether, rdpcap

from test.lib import net
from test.lib.net import GUEST4, HOST4


def icmp_frames(path):
    """QEMU puts the offload header (10 or 12 bytes) of a tap's frames in front."""
    frames = []
    for p in rdpcap(path):
        for skip in (0, 10, 12):
            raw = bytes(p)[skip:]
            if len(raw) > 34 and raw[12:14] == b"\x08\x00" and ICMP in Ether(raw):
                frames.append(raw)
                break
    return frames


def test_guest_and_qemu_see_the_same(vm, nic, tap, case_dir, tmp_path):
    dump = str(tmp_path / "qemu.pcap")
    m = vm(net=tap, nic=nic, append="ip=10.77.0.2/24,10.77.0.1",
           extra=["-object", "filter-dump,id=dump,netdev=n0,file=" + dump])
    assert net.ping(GUEST4)
    m.run("tcpdump -L 9995 -i en0 icmp 2> /tmp/log &")
    s = net.connect(GUEST4, 9995)
    got = io.BytesIO()

    def read():
        while True:
            data = s.recv(65536)
            if not data:
                return
            got.write(data)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    m.run("sleep 1")                    # the capture has begun
    assert net.ping(GUEST4, 5)
    m.run("ping -c 5 -s 700 " + HOST4)
    m.run("sleep 1")
    s.shutdown(socket.SHUT_RDWR)
    reader.join(10)
    guest = str(tmp_path / "guest.pcap")
    with open(guest, "wb") as f:
        f.write(got.getvalue())
    ours = icmp_frames(guest)
    theirs = icmp_frames(dump)
    assert len(ours) == 20
    # QEMU's began before: its last frames are ours, byte for byte, in order.
    assert ours == theirs[-len(ours):]


def test_expression_errors_and_files(vm):
    from test.lib.qemu import UserNet
    m = vm(net=UserNet())
    for bad in ("'port'", "'host 10.0.0.300'", "'tcp and'"):
        status, _ = m.sh("tcpdump -d " + bad)
        assert status != 0
    m.run("tcpdump -i lo0 -c 4 -w /tmp/lo.pcap icmp 2> /tmp/log & sleep 1")
    m.run("ping -c 2 127.0.0.1")
    m.run("sleep 1")
    out = m.run("tcpdump -n -r /tmp/lo.pcap")
    assert out.count("echo request") == 2 and out.count("echo reply") == 2
    assert m.run("tcpdump -n -r /tmp/lo.pcap 'icmp[0] = 8'").count("echo reply") == 0
