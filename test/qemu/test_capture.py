# SPDX-License-Identifier: BSD-2-Clause
"""Capture in the guest, streamed out, against QEMU's own of the same run."""
import io
import re
import socket
import threading

from scapy.all import ICMP, Ether, Scapy_Exception, rdpcap

from test.lib import net
from test.lib.net import GUEST4, HOST4
from test.lib.peer import GUEST_MAC


def host_mac(tap):
    return bytes.fromhex(net.run("ip", "-br", "link", "show", tap.name).split()[2].replace(":", ""))


def icmp_frames(path):
    """Those of a file that may still grow.  QEMU puts the offload header (10 or
    12 bytes) of a tap's frames in front."""
    frames = []
    try:
        packets = rdpcap(path)
    except Scapy_Exception:     # not even its head is there
        return frames
    for p in packets:
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
    peers = (bytes.fromhex(GUEST_MAC.replace(":", "")), host_mac(tap))
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
    net.wait_for(lambda: "listening on en0" in m.run("cat /tmp/log"), 20, "the capture begins")
    assert net.ping(GUEST4, 5)
    m.run("ping -c 5 -s 700 " + HOST4)

    def all_there():
        """The last frame that QEMU saw, either way, has come to us as well."""
        with open(str(tmp_path / "guest.pcap"), "wb") as f:
            f.write(got.getvalue())
        ours, theirs = icmp_frames(f.name), icmp_frames(dump)
        ends = [[[x for x in frames if x[6:12] == mac] for frames in (ours, theirs)] for mac in peers]
        return all(a and a[-1] == b[-1] for a, b in ends) and ends

    ends = net.wait_for(all_there, 30, "the last frames")
    s.shutdown(socket.SHUT_RDWR)
    reader.join(60)
    # QEMU's began before: of each side's frames its last are ours, byte for byte, in order.
    for ours, theirs in ends:
        assert len(ours) >= 10 and ours == theirs[-len(ours):]


def test_expression_errors_and_files(vm):
    from test.lib.qemu import UserNet
    m = vm(net=UserNet())
    for bad in ("'port'", "'host 10.0.0.300'", "'tcp and'"):
        status, _ = m.sh("tcpdump -d " + bad)
        assert status != 0
    m.run("tcpdump -i lo0 -c 4 -w /tmp/lo.pcap icmp 2> /tmp/log &")
    net.wait_for(lambda: "listening on lo0" in m.run("cat /tmp/log"), 20, "the capture begins")
    m.run("ping -c 2 127.0.0.1")
    m.run("wait")
    out = m.run("tcpdump -n -r /tmp/lo.pcap")
    assert out.count("echo request") == 2 and out.count("echo reply") == 2
    assert m.run("tcpdump -n -r /tmp/lo.pcap 'icmp[0] = 8'").count("echo reply") == 0
    options(m)


def capture(m, options, traffic):
    """What tcpdump prints while some traffic passes; -c ends it."""
    m.run("tcpdump %s > /tmp/out 2> /tmp/log &" % options)
    net.wait_for(lambda: "listening on" in m.run("cat /tmp/log"), 30, "tcpdump does not listen")
    m.run(traffic, 60)
    m.run("wait", 60)
    return m.run("cat /tmp/out").splitlines(), m.run("cat /tmp/log")


def options(m):
    """-i -n -c -w -r -s -v -e -t -q -x -X, each by what it does."""
    _, log = capture(m, "-i lo0 -n -c 3 -w /tmp/a.pcap icmp", "ping -c 3 -s 100 127.0.0.1")
    assert "3 packets captured" in log and "snapshot length 262144" in log

    def show(how):
        return m.run("tcpdump -r /tmp/a.pcap -n " + how).splitlines()
    lines = show("")
    assert len(lines) == 3 and re.match(r"\d\d:\d\d:\d\d\.\d{6} IP 127\.0\.0\.1 > 127\.0\.0\.1: "
                                        r"ICMP echo request, id \d+, seq 0, length 108$", lines[0])
    assert len(show("-c 2")) == 2 and show("-t")[0].startswith("IP 127.0.0.1")
    assert len(show("icmp[0] = 0")) == 1
    assert re.search(r"ttl 64, id \d+, offset 0, flags \[\w*\], proto 1, length 128\)", show("-v")[0])
    hexes = show("-t -x -c 1")
    assert re.match(r"\t0x0000:  4500 0080 ", hexes[1]) and len(hexes) == 1 + 8
    assert show("-t -X -c 1")[8].startswith(hexes[8]) and show("-t -X -c 1")[8].endswith("TUVWXYZ[\\]^_`abc")
    # A file cut from a file; one with a short snapshot length.
    m.run("tcpdump -r /tmp/a.pcap -c 1 -w /tmp/b.pcap")
    assert m.run("tcpdump -n -r /tmp/b.pcap").splitlines() == lines[:1]
    _, log = capture(m, "-i lo0 -s 40 -c 1 -w /tmp/c.pcap icmp", "ping -c 1 -s 100 127.0.0.1")
    assert "snapshot length 40" in log and m.run("wc /tmp/c.pcap").split()[2] == "80"   # 24 + 16 + 40
    assert m.run("tcpdump -n -t -r /tmp/c.pcap").startswith("IP 127.0.0.1 > 127.0.0.1: ICMP echo request")
    # The link header, and both ways of it.
    net.wait_for(lambda: "10.0.2.15" in m.run("ifconfig en0"), 30, "no address")
    m.sh("arp -d 10.0.2.2")
    lines, _ = capture(m, "-i en0 -e -t -n -c 2 arp host 10.0.2.2", "ping -c 1 10.0.2.2")
    assert re.match(r"52:54:00:12:34:56 > ff:ff:ff:ff:ff:ff, ethertype 0x0806, length 42: ARP, "
                    r"Request who-has 10\.0\.2\.2 tell 10\.0\.2\.15", lines[0]), lines
    assert re.match(r"\S+ > 52:54:00:12:34:56, ethertype 0x0806, .* ARP, Reply 10\.0\.2\.2 is-at ", lines[1])
    assert [x.split()[0] for x in m.run("tcpdump -D").splitlines()] == ["1.lo0", "2.en0"]
    for wrong in ("-i none0", "-r /none", "-i lo0 -c 1 foo bar", "-Z"):
        assert m.sh("tcpdump " + wrong)[0] != 0, wrong
