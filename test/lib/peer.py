# SPDX-License-Identifier: BSD-2-Clause
"""A network peer that builds every frame itself.

One datagram on a unix socket is one Ethernet frame, so no root is needed and
nothing else is on the wire: malformed packets, checksum errors, odd
handshakes.  Bind before QEMU starts (the constructor does).
"""
import os
import select
import socket
import struct
import tempfile
import time

from scapy.all import ARP, ICMP, IP, TCP, UDP, Ether, Raw  # noqa: F401
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest,  # noqa: F401
                                ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6NDOptDstLLAddr,
                                ICMPv6NDOptSrcLLAddr, IPv6)

from test.lib.qemu import PATIENCE

GUEST_MAC = "52:54:00:12:34:56"


class Pcap:
    """Frames into a file that tcpdump and wireshark read."""

    def __init__(self, path):
        self.f = open(path, "wb")
        self.f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))

    def add(self, frame):
        t = time.time()
        self.f.write(struct.pack("<IIII", int(t), int(t % 1 * 1e6), len(frame), len(frame)))
        self.f.write(frame)
        self.f.flush()


class Peer:
    def __init__(self, mac="02:00:00:00:00:01", ip="10.0.0.1", ip6="fe80::1", nid="n0"):
        self.nid, self.mac, self.ip, self.ip6 = nid, mac, ip, ip6
        self.tmp = tempfile.mkdtemp(prefix="ukx-peer-")
        self.theirs, self.ours = self.tmp + "/qemu", self.tmp + "/peer"
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(self.ours)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.pcap = None

    def args(self, case_dir):
        self.pcap = Pcap("%s/%s.pcap" % (case_dir, self.nid))
        return ["-netdev", "dgram,id=%s,local.type=unix,local.path=%s,"
                "remote.type=unix,remote.path=%s" % (self.nid, self.theirs, self.ours)]

    def send(self, frame):
        """frame: a scapy packet from Ether up, or bytes."""
        raw = bytes(frame)
        self.pcap.add(raw)
        end = time.monotonic() + 5
        while True:
            try:
                self.sock.sendto(raw, self.theirs)
                return
            except OSError:     # QEMU has not bound yet, or its queue is full
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def recv(self, timeout=5):
        """The next frame as a scapy packet; None when none came."""
        if not select.select([self.sock], [], [], max(timeout, 0))[0]:
            return None
        raw = self.sock.recv(65536)
        self.pcap.add(raw)
        return Ether(raw)

    def flush(self):
        while self.recv(0) is not None:
            pass

    def answer(self, p):
        """Answers ARP and neighbour requests for our addresses; True if it was one."""
        if ARP in p and p[ARP].op == 1 and p[ARP].pdst == self.ip:
            self.send(Ether(dst=p.src, src=self.mac) /
                      ARP(op=2, hwsrc=self.mac, psrc=self.ip, hwdst=p.src, pdst=p[ARP].psrc))
            return True
        if ICMPv6ND_NS in p and p[ICMPv6ND_NS].tgt == self.ip6:
            self.send(Ether(dst=p.src, src=self.mac) / IPv6(src=self.ip6, dst=p[IPv6].src) /
                      ICMPv6ND_NA(tgt=self.ip6, R=0, S=1, O=1) /
                      ICMPv6NDOptDstLLAddr(lladdr=self.mac))
            return True
        return False

    def wait(self, match, timeout=10):
        """The next frame for which match(frame) holds, answering ARP and ND meanwhile.
        timeout: seconds on an idle machine."""
        return self.look(match, timeout * PATIENCE)

    def look(self, match, timeout):
        """As wait(), for who tries again: timeout is as it is."""
        end = time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            p = self.recv(left) if left > 0 else None
            if p is None:
                return None
            if not self.answer(p) and match(p):
                return p

    def ask(self, frame, match, tries=15, timeout=2):
        """Sends until something matches; the answer, or None."""
        for _ in range(tries):
            self.send(frame)
            p = self.look(match, timeout)
            if p is not None:
                return p
        return None

    def refuses(self, frame, match, control, answer):
        """Whether nothing that matches frame's answer came before the answer to
        control, a frame sent behind it that the same part of the guest handles."""
        self.send(frame)
        seen = []
        done = self.ask(control, lambda q: match(q) and seen.append(q) or answer(q))
        assert done is not None, "the control was not answered"
        return not seen

    def resolve(self, ip):
        """The guest's MAC for ip by ARP, None when it does not answer."""
        p = self.ask(Ether(dst="ff:ff:ff:ff:ff:ff", src=self.mac) /
                     ARP(op=1, hwsrc=self.mac, psrc=self.ip, pdst=ip),
                     lambda q: ARP in q and q[ARP].op == 2 and q[ARP].psrc == ip)
        return p[ARP].hwsrc if p is not None else None

    def close(self):
        self.sock.close()
        for n in (self.ours, self.theirs):
            if os.path.exists(n):
                os.unlink(n)
        os.rmdir(self.tmp)
