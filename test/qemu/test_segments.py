# SPDX-License-Identifier: BSD-2-Clause
"""Large segments: whole where nobody looks, as on the wire for filters that
come and go in the middle of a transfer, and cut right by the hardware."""
import re
import struct
import threading

from test.lib import net, traffic
from test.lib.net import GUEST4
from test.lib.qemu import UserNet

STATIC = "ip=10.77.0.2/24,10.77.0.1"
BYTES = 48 << 20


class Transfer(threading.Thread):
    """Both ways at once; .check() is the end of it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.error = None
        self.start()

    def run(self):
        try:
            sink = threading.Thread(target=self.sink, daemon=True)
            sink.start()
            assert traffic.source(net.connect(GUEST4, 19), BYTES) == BYTES
            sink.join(300)
            assert not sink.is_alive()
        except Exception as e:                  # noqa: BLE001 - told by check()
            self.error = e

    def sink(self):
        try:
            traffic.discard(net.connect(GUEST4, 9), BYTES)
        except Exception as e:                  # noqa: BLE001
            self.error = e

    def check(self):
        self.join(400)
        assert not self.is_alive(), "the transfer hangs"
        if self.error:
            raise self.error


def framecheck(m):
    """What the kext saw since it was loaded, and unloads it."""
    for _ in range(50):
        status, out = m.sh("kextunload org.unikext.test.framecheck")
        if status == 0:
            break
        m.run("sleep 0.1")
    assert status == 0, out
    found = re.findall(r"framecheck: ([a-z ]+): (\d+) packets, longest (\d+), (\d+) TCP, (\d+) wrong", out)
    assert found, out
    return {name: tuple(map(int, v)) for name, *v in found}


def frames(tap):
    """Frames that have passed the tap, both ways."""
    with open("/proc/net/dev", encoding="ascii") as f:
        v = re.search(r"^ *%s:(.*)$" % tap.name, f.read(), re.M).group(1).split()
    return int(v[1]) + int(v[9])


def test_filters_see_single_segments(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC, mem=256)
    net.connect(GUEST4, 7).close()
    transfer = Transfer()
    for _ in range(3):
        m.run("sleep 0.3")
        m.run("kextload /test/framecheck.kext")
        before = frames(tap)
        net.wait_for(lambda n=before: frames(tap) > n + 200 or not transfer.is_alive(), 60, "traffic")
        busy = transfer.is_alive()
        seen = framecheck(m)
        for place, (packets, longest, _, wrong) in seen.items():
            assert longest <= 1500, (place, seen)
            assert wrong == 0, (place, seen)
        if busy:
            assert sum(v[0] for v in seen.values()) > 0, seen
    transfer.check()
    m.run("true")


def test_segments_on_the_wire(vm, case_dir):
    """The e1000 cuts what it is given: every frame is a right one."""
    user = UserNet(("tcp", 19))
    m = vm(net=user, nic="e1000")
    assert traffic.source(net.connect("127.0.0.1", user.port("tcp", 19)), 4 << 20) == 4 << 20
    m.close()
    src = bytes([10, 0, 2, 15])
    expect, data, ids = None, 0, set()
    with open("%s/%s.pcap" % (case_dir, user.nid), "rb") as f:
        pcap = f.read()
    at = 24
    while at + 16 <= len(pcap):
        _, _, have, length = struct.unpack_from("<IIII", pcap, at)
        frame = pcap[at + 16:at + 16 + have]
        at += 16 + have
        if frame[12:14] != b"\x08\0" or frame[26:30] != src or frame[23] != 6 or \
                frame[34:36] != b"\0\x13":
            continue
        ip, tcp = frame[14:34], frame[34:]
        total = struct.unpack(">H", ip[2:4])[0]
        assert total <= 1500 and length in (total + 14, max(total + 14, 60))
        words = sum(struct.unpack(">10H", ip))
        assert (words & 0xffff) + (words >> 16) == 0xffff, "IP header checksum"
        assert ip[6] & 0x40, "DF"
        payload = total - 20 - (tcp[12] >> 4) * 4
        seq, flags = struct.unpack(">I", tcp[4:8])[0], tcp[13]
        if flags & 2:
            expect = (seq + 1) & 0xffffffff
            continue
        if payload == 0:
            continue
        if seq != expect:                   # sent again: not this test's matter
            assert (expect - seq) & 0xffffffff < 1 << 31
            continue
        expect = (expect + payload) & 0xffffffff
        data += payload
        ids.add(ip[4:6])
        # FIN and PSH belong to the last segment of what was sent at once.
        assert not flags & 1 or data == 4 << 20
    assert data == 4 << 20
    assert len(ids) > (data // 1460) * 9 // 10, "identifications repeat"
