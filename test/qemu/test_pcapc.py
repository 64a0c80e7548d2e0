# SPDX-License-Identifier: BSD-2-Clause
"""Capture expressions: our compiler and machine against tcpdump's, packet by
packet, over one file of every kind of packet.  Runs on the host only."""
import os
import shutil
import subprocess

import pytest

scapy = pytest.importorskip("scapy.all")

TOOL = os.path.join(os.path.dirname(__file__), "../../build/unit/pcapc")

EXPRESSIONS = """\

ip
ip6
arp
rarp
tcp
udp
icmp
icmp6
igmp
vlan
not ip
ip or arp
ip and not tcp
not (tcp or udp)
host 10.0.0.1
src host 10.0.0.1
dst host 10.0.0.1
src or dst host 10.0.0.2
src and dst host 10.0.0.1
host 10.0.0.1 and host 10.0.0.2
host 10.0.0.1 or 10.0.0.9
src 10.0.0.2
ip host 10.0.0.1
arp host 10.0.0.1
ip6 host fd00::1
host fd00::2
src host fd00::1 or dst host 10.0.0.2
net 10.0.0.0/24
net 10.0.0.0 mask 255.255.255.0
net 10.0
net 192.168.7.0/25
src net 10.1.0.0/16
dst net fd00::/16
net fd00::/64
port 80
src port 80
dst port 443
port 80 or 443
tcp port 80
udp port 53
udp port domain
tcp src port 1024
portrange 50-90
src portrange 1000-2000
tcp dst portrange 440-450
port 80 and not host 10.0.0.2
ether host 02:00:00:00:00:01
ether src 02:00:00:00:00:02
ether dst 02:00:00:00:00:01
ether broadcast
broadcast
ether multicast
multicast
ip multicast
ip6 multicast
ether proto 0x0800
ether proto \\arp
ip proto 6
ip proto \\udp
ip6 proto 17
proto 17
less 64
greater 200
len > 100
len <= 60
len = 54
tcp[13] & 2 != 0
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[tcpflags] == tcp-syn
tcp[13] = 18
ip[8] < 10
ip[0] & 0xf != 5
ip[2:2] > 100
ip[6:2] & 0x1fff != 0
icmp[icmptype] = icmp-echo
icmp[0] != 8
icmp6[0] == 135
udp[4:2] - 8 > 20
ether[0] & 1 = 1
ip6[6] = 17
arp[6:2] = 2
tcp[0:2] = 80 or udp[2:2] = 53
(tcp[13] & 0x10 != 0) and port 80
ip[2:2] - ((ip[0] & 0xf) << 2) > 40
tcp and (src port 80 or dst port 80) and not src 10.0.0.1
(host 10.0.0.1 or host 10.0.0.2) and (port 80 or port 53)
not host 10.0.0.1 and not host fd00::1
! tcp && ! udp
vlan 7
udp or tcp and port 80
icmp or udp port 53 or arp
host 10.0.0.1 and \\(port 80\\)
port
host
tcp and
(ip
ip[
len >
host 10.0.0.300
port 99999
net 10.0.0.0/40
foo bar
""".split("\n")[:-1]


def packets():
    s = scapy
    eth = s.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    back = s.Ether(src="02:00:00:00:00:02", dst="02:00:00:00:00:01")
    wide = s.Ether(src="02:00:00:00:00:01", dst="ff:ff:ff:ff:ff:ff")
    group = s.Ether(src="02:00:00:00:00:01", dst="01:00:5e:00:00:fb")
    group6 = s.Ether(src="02:00:00:00:00:01", dst="33:33:00:00:00:01")
    hosts = ["10.0.0.1", "10.0.0.2", "10.0.0.9", "10.1.3.4", "192.168.7.9",
             "192.168.7.200", "224.0.0.251", "255.255.255.255"]
    hosts6 = ["fd00::1", "fd00::2", "fe80::1", "ff02::1"]
    out = []
    for i, a in enumerate(hosts[:6]):
        for b in hosts:
            for n, (sp, dp) in enumerate([(1024, 80), (80, 1024), (1500, 443),
                                          (53, 53), (60, 2000)]):
                e = eth if (i + n) % 2 else back
                ip = s.IP(src=a, dst=b, ttl=5 + 60 * (n % 2))
                flags = ["S", "SA", "A", "FA", "PA"][(i + n) % 5]
                out.append(e / ip / s.TCP(sport=sp, dport=dp, flags=flags) /
                           (b"x" * (n * 40)))
                out.append(e / ip / s.UDP(sport=sp, dport=dp) / (b"u" * n * 9))
            out.append(eth / s.IP(src=a, dst=b) / s.ICMP(type=[0, 3, 8][i % 3]))
            out.append(wide / s.ARP(op=1 + i % 2, psrc=a, pdst=b))
    for a in hosts6[:3]:
        for b in hosts6:
            out.append(group6 / s.IPv6(src=a, dst=b) / s.ICMPv6ND_NS())
            out.append(eth / s.IPv6(src=a, dst=b) / s.UDP(sport=53, dport=80))
            out.append(back / s.IPv6(src=a, dst=b) / s.TCP(sport=80, dport=9))
            out.append(eth / s.IPv6(src=a, dst=b) / s.IPv6ExtHdrFragment() /
                       s.UDP(sport=53, dport=80))
    out.append(group / s.IP(src="10.0.0.1", dst="224.0.0.251", proto=2) / b"1")
    big = s.IP(src="10.0.0.1", dst="10.0.0.2") / s.UDP(sport=53, dport=80) / \
        (b"f" * 3000)
    out += [eth / f for f in s.fragment(big, 1000)]
    out.append(eth / s.IP(src="10.0.0.1", dst="10.0.0.2",
                          options=[s.IPOption_RR()]) /
               s.TCP(sport=80, dport=81, flags="S"))
    out.append(eth / s.Dot1Q(vlan=7) / s.IP(src="10.0.0.1") / s.UDP())
    out.append(eth / s.Dot1Q(vlan=8) / s.ARP())
    out.append(s.Ether(src="02:00:00:00:00:01", type=0x8035) / (b"\0" * 28))
    out.append(s.Ether(src="02:00:00:00:00:01", type=0x9000) / b"loop")
    out.append(eth / b"")
    return out


def theirs(path, expression):
    cmd = ["tcpdump", "-nr", path, "-tt"] + ([expression] if expression else [])
    r = subprocess.run(cmd, capture_output=True, text=True)
    if r.returncode != 0:
        return None
    # The time of packet n is n seconds.
    return [int(float(line.split()[0])) for line in r.stdout.splitlines()
            if line and line[0].isdigit()]


def test_expressions_as_tcpdump(tmp_path):
    if shutil.which("tcpdump") is None:
        pytest.skip("no tcpdump")
    pkts = packets()
    for n, p in enumerate(pkts):
        p.time = n + 1
    path = str(tmp_path / "all.pcap")
    scapy.wrpcap(path, pkts)
    r = subprocess.run([TOOL, path], input="\n".join(EXPRESSIONS) + "\n",
                       capture_output=True, text=True, check=True)
    wrong = []
    for expression, line in zip(EXPRESSIONS, r.stdout.splitlines()):
        ours = None if line.startswith("error") else [int(w) for w in line.split()]
        want = theirs(path, expression)
        if ours != want:
            diff = None if ours is None or want is None else \
                sorted(set(ours) ^ set(want))[:5]
            wrong.append("%r: %s / %s %s" % (expression, line[:60],
                         want if want is None else len(want), diff))
    assert not wrong, "\n".join(wrong)
