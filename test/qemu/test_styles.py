# SPDX-License-Identifier: BSD-2-Clause
"""Kexts in the styles of well-known ones, built as they are, at their work."""
import hashlib
import os
import re
import struct
import subprocess
import sys

from scapy.all import ARP, ICMP, UDP, Dot1Q, Ether, IP, Raw

from test.lib.net import wait_for
from test.lib.peer import GUEST_MAC, Peer
from test.lib.qemu import ROOT

KEXTBUILD = os.path.join(ROOT, "tools/kextbuild")
BUILDS = {"appfirewall": ["--prefix", os.path.join(ROOT, "test/styles/appfirewall/appfirewall_prefix.h")],
          "blocklist": [], "shaper": [], "portredir": [], "etherlog": [], "kernhttp": [],
          "netlog": [], "pppoe": [], "udpvpn": [],
          **{n: ["--target", n] for n in ("tun", "tap", "EVLibrary", "Vlan", "Bond")}}
FOLDERS = {"tun": "tunnels", "tap": "tunnels", "EVLibrary": "ethervirtual", "Vlan": "ethervirtual",
           "Bond": "ethervirtual"}


def built(tmp_path, name):
    """The bytes of one of them."""
    out = tmp_path / (name + ".kext")
    folder = FOLDERS.get(name, name)
    r = subprocess.run([sys.executable, KEXTBUILD, os.path.join(ROOT, "test/styles", folder), "-o",
                        str(out), *BUILDS[name]], text=True, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    assert r.returncode == 0, r.stdout
    assert "warning" not in r.stdout or "multi-character" in r.stdout, r.stdout
    return out.read_bytes()


def number(m, name):
    return int(m.run("sysctl -n " + name))


def kill(m, name):
    m.run("kill %d" % next(p["pid"] for p in m.json("ps -j") if p["name"] == name))


def firewall(m):
    """By process: told, asked, the answer given later."""
    m.run("kextload appfirewall")
    control = "com.example.filter.appfirewall"
    held = lambda: m.run("kctl get %s 4 4" % control).strip()    # noqa: E731
    # One that nobody knows is held, and the client of the control told.
    m.run("kctl recv %s 1 > /tmp/asked &" % control)
    wait_for(lambda: '"clients": 1' in m.run("kctl -j"), 20, "nobody at the control")
    m.run("kctl set %s 1 1" % control)
    m.run("ping -q -c 1 127.0.0.1")
    m.run("sh -c 'echo over udp; sleep 300' | nc -4 -u -w 300 127.0.0.1 7 > /tmp/answer &")
    wait_for(lambda: held() == "1", 20, "nothing is held")
    wait_for(lambda: "ask nc" in m.run("cat /tmp/asked"), 20, "nobody was asked")
    assert "over udp" not in m.run("cat /tmp/answer")
    m.run("kctl set %s 2 =nc" % control)
    wait_for(lambda: "over udp" in m.run("cat /tmp/answer"), 20, "what was held did not go")
    assert held() == "0"
    for name in ("sleep", "nc"):
        kill(m, name)
    m.run("nc -4 -w 3 127.0.0.1 13")
    m.run("kctl set %s 3 =nc" % control)
    assert m.sh("nc -4 -w 3 127.0.0.1 13")[0] != 0
    assert "denied nc to 127.0.0.1:13" in m.run("dmesg")
    m.run("kctl set %s 2 =nc" % control)
    m.run("nc -4 -w 3 127.0.0.1 13")
    assert m.run("kctl get %s 5 4" % control).strip() != "0"
    m.run("kctl set %s 1 0" % control)
    m.run("kextunload appfirewall")


def blocklist(m):
    m.run("kextload blocklist")
    assert m.run("nc -4 -w 3 127.0.0.1 13").strip()
    m.run("kctl send org.example.nke.blocklist 10.0.0.9-10.0.0.9,127.0.0.0-127.0.0.255,4.0.0.0-3.0.0.0")
    assert "blocklist: 2 ranges" in m.run("dmesg")
    assert m.sh("nc -4 -w 3 127.0.0.1 13")[0] != 0
    m.run("kctl send org.example.nke.blocklist 10.0.0.9-10.0.0.9")
    assert m.run("nc -4 -w 3 127.0.0.1 13").strip()
    m.run("kextunload blocklist")
    assert re.search(r"blocklist: blocked [1-9]\d*, attached 0", m.run("dmesg"))


def redirection(m):
    assert m.sh("nc -4 -w 3 127.0.0.1 8013")[0] != 0
    m.run("kextload portredir")
    assert re.search(r"\d:\d\d", m.run("nc -4 -w 3 127.0.0.1 8013"))
    m.run("sysctl portredir.from=8014")
    assert re.search(r"\d:\d\d", m.run("nc -4 -w 3 10.0.0.2 8014"))
    assert number(m, "portredir.in") > 0 and number(m, "portredir.out") > 0
    # Its stop function wants to be asked again.
    if m.sh("kextunload portredir")[0] != 0:
        m.run("kextunload portredir")
    assert m.sh("nc -4 -w 3 127.0.0.1 8014")[0] != 0


def shaper(m):
    m.run("kextload shaper")
    out = m.run("ping -c 3 -i 0.1 127.0.0.1")
    assert "3 packets received" in out or " 0% packet loss" in out or "3 received" in out, out
    assert number(m, "net.inet.ip.shaper.sent") >= 3
    # A queue of one, and waiting long: the rest is refused; what waits goes with the kext.
    m.run("sysctl net.inet.ip.shaper.limit=1")
    m.run("sysctl net.inet.ip.shaper.delay=100000")
    m.sh("ping -q -c 4 -i 0.1 -W 0.5 127.0.0.1")
    assert number(m, "net.inet.ip.shaper.dropped") >= 1
    m.run("kextunload shaper")
    m.run("ping -q -c 1 127.0.0.1")


def frames(m, peer):
    m.run("kextload etherlog")
    control = "com.example.nke.etherlog"
    assert peer.ask(Ether(dst="ff:ff:ff:ff:ff:ff", src=peer.mac) / ARP(
        hwsrc=peer.mac, psrc="10.0.0.1", pdst="10.0.0.2"), lambda p: ARP in p and p[ARP].op == 2)
    counts = [int(x, 16) for x in m.run("kctl get %s %d 8" % (control, 0x806)).split()[::4]]
    assert counts[0] >= 1 and counts[1] >= 1
    m.run("kctl recv %s 1 > /tmp/frame &" % control)
    wait_for(lambda: '"clients": 1' in m.run("kctl -j"), 20, "nobody at the control")

    def taken():
        peer.send(Ether(dst=GUEST_MAC, src=peer.mac, type=0x88b5) / Raw(b"experiment" + b"." * 40))
        return "experiment" in m.run("cat /tmp/frame") or "65 78 70 65" in m.run("cat /tmp/frame")
    wait_for(taken, 20, "the frame did not come")
    m.run("kextunload etherlog")


def web(m):
    m.run("kextload kernhttp")
    m.run("sysctl net.kernhttp.fetch=8088")
    assert "HTTP/1.0 200" in m.run("sysctl net.kernhttp.answer")
    m.run("sysctl net.kernhttp.fetch=80", 30)
    assert "HTTP/1." in m.run("sysctl net.kernhttp.answer")
    m.run("sysctl net.kernhttp.fetch=9999", status=1)
    assert "in the kernel" in m.run("echo GET | nc -4 -w 3 127.0.0.1 8088")
    assert number(m, "net.kernhttp.served") == 2
    m.run("kextunload kernhttp")


def log(m):
    m.run("kextload netlog")
    m.run("nc -4 -w 3 127.0.0.1 13")
    m.run("nc -4 -w 3 10.0.0.2 13")
    text = m.run("sysctl -n debug.netlog.peers")
    assert re.search(r"10\.0\.0\.2 \d+/\d+, 127\.0\.0\.1 [1-9]\d*/", text), text
    said = m.run("dmesg")
    assert "new peer 127.0.0.1" in said and re.search(r"10\.15\.1 on 19\.\d+, tag \w+, net up", said)
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", m.run("sysctl debug.netlog.session"))
    wait_for(lambda: number(m, "debug.netlog.ticks") > 2, 20, "no ticks")
    m.run("kextunload netlog")


def tunnels(m):
    m.run("kextload tap")
    assert "tap: constructed, version 2.4.1" in m.run("dmesg")
    m.run("tappeer -c 3 0 10.99.0.2 &")
    wait_for(lambda: m.sh("ifconfig tap0 10.99.0.1/24")[0] == 0, 20, "no tap0")
    m.run("ping -c 3 10.99.0.2")
    wait_for(lambda: "tap0" not in m.run("ifconfig -l"), 20, "tap0 stays")
    m.run("kextunload tap")
    assert "tap: destructed" in m.run("dmesg")
    m.run("kextload tun")
    m.run("hexdump /dev/tun1 > /tmp/packets &")
    wait_for(lambda: m.sh("ifconfig tun1 10.98.0.1 10.98.0.2")[0] == 0, 20, "no tun1")
    assert m.sh("cat /dev/tun1")[0] != 0                # one at a time
    assert m.sh("kextunload tun")[0] != 0
    m.sh("ping -q -c 1 -W 1 10.98.0.2")
    kill(m, "hexdump")
    wait_for(lambda: "tun1" not in m.run("ifconfig -l"), 20, "tun1 stays")
    m.run("kextunload tun")


def tagged(peer, tag, payload, dst=GUEST_MAC):
    return Ether(dst=dst, src=peer.mac) / Dot1Q(vlan=tag) / payload

def virtual(m, peer):
    """Interfaces out of others: two tags of en0, both of them as one."""
    m.run("kextload Vlan")
    for tag in (10, 20):
        m.run('kctl set com.example.ethervirtual.vlan 1 "=en0 %d"' % tag)
    m.run("ifconfig vlan10 10.10.0.2/24")
    echo = IP(src="10.10.0.1", dst="10.10.0.2") / ICMP(id=5) / Raw(b"tagged")
    ask = ARP(hwsrc=peer.mac, psrc="10.10.0.1", pdst="10.10.0.2")
    is_at = lambda p: ARP in p and p[ARP].op == 2 and Dot1Q in p and p[Dot1Q].vlan == 10   # noqa: E731
    assert peer.ask(tagged(peer, 10, ask, "ff:ff:ff:ff:ff:ff"), is_at)
    # One tag's frames are not another's.
    assert peer.refuses(tagged(peer, 11, echo), lambda p: ICMP in p and p[ICMP].type == 0,
                        tagged(peer, 10, ask, "ff:ff:ff:ff:ff:ff"), is_at)
    assert peer.ask(tagged(peer, 10, echo), lambda p: ICMP in p and p[ICMP].type == 0 and
                    p[Dot1Q].vlan == 10 and b"tagged" in bytes(p))
    p = peer.ask(tagged(peer, 10, IP(src="10.10.0.1", dst="10.10.0.2") / UDP(sport=99, dport=7) / Raw(b"sum")),
                 lambda p: UDP in p and p[UDP].sport == 7)
    inner = p[IP]
    want = inner[UDP].chksum
    del inner[UDP].chksum
    assert IP(bytes(inner))[UDP].chksum == want
    m.run("kextload Bond")
    for name in ("vlan10", "vlan20"):
        m.run("kctl set com.example.ethervirtual.bond 1 =%s" % name)
    m.run("ifconfig bond0 10.20.0.2/24")
    ask = ARP(hwsrc=peer.mac, psrc="10.20.0.1", pdst="10.20.0.2")
    tags = set()

    def both():
        p = peer.ask(tagged(peer, 20, ask, "ff:ff:ff:ff:ff:ff"),
                     lambda p: ARP in p and p[ARP].op == 2 and p[ARP].psrc == "10.20.0.2" and Dot1Q in p)
        tags.add(p[Dot1Q].vlan)
        return tags == {10, 20}
    wait_for(both, 20, "only one of two carries frames")
    assert m.sh("kextunload com.example.ethervirtual.library")[0] != 0
    m.run("kextunload Vlan")
    m.sh("ping -q -c 1 -W 1 10.20.0.1")
    m.run("kextunload Bond")
    assert re.search(r"bond: [1-9]\d* taken", m.run("dmesg"))
    m.run("kextunload com.example.ethervirtual.library")

def dial(m, peer):
    """PPPoE: discovery, the session's configuration, packets both ways, the end."""
    control = "com.example.ppp.pppoe"
    status = lambda: [int(x, 16) for x in m.run("kctl get %s 3 8" % control).split()[::4]]     # noqa: E731
    disc = lambda code: lambda p: p.type == 0x8863 and bytes(p)[14:][1] == code                # noqa: E731
    m.run("kextload pppoe")
    m.run("kctl set %s 1 =en0" % control)
    padi = peer.wait(disc(0x09), 20)
    assert padi is not None and padi.dst == "ff:ff:ff:ff:ff:ff"
    tags = bytes(padi)[14:][6:6 + int.from_bytes(bytes(padi)[14:][4:6], "big")]
    tags += bytes.fromhex("01020000" "01040006") + b"cookie"

    def reply(code, session, data, to=0x8863):
        return (Ether(dst=GUEST_MAC, src=peer.mac, type=to) /
                Raw(b"\x11" + bytes([code]) + session.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data))
    padr = peer.ask(reply(0x07, 0, tags), disc(0x19))
    assert padr.dst == peer.mac and b"cookie" in bytes(padr)[14:]
    peer.send(reply(0x65, 0x1234, tags))
    wait_for(lambda: status() == [3, 0x34], 20, "no session")
    framed = lambda start: lambda p: p.type == 0x8864 and bytes(p)[14:][6:].startswith(start)    # noqa: E731
    assert peer.ask(reply(0, 0x1234, bytes.fromhex("c0210101000405dc"), 0x8864), framed(bytes.fromhex("c02102010004")))
    m.run("ifconfig ppp0 10.77.0.2 10.77.0.1")
    ping = bytes(IP(src="10.77.0.1", dst="10.77.0.2") / ICMP(id=9) / Raw(b"over ppp"))
    p = peer.ask(reply(0, 0x1234, b"\0\x21" + ping, 0x8864), framed(b"\0\x21"))
    answer = IP(bytes(p)[14:][8:])
    assert answer[ICMP].type == 0 and answer.dst == "10.77.0.1" and b"over ppp" in bytes(answer)
    # Another session's frames are not this one's.
    assert peer.refuses(reply(0, 0x1235, b"\0\x21" + ping, 0x8864), framed(b"\0\x21"),
                        reply(0, 0x1234, bytes.fromhex("c021090200080000") + b"echo", 0x8864),
                        framed(bytes.fromhex("c0210a02")))
    m.sh("ping -q -c 1 -W 1 10.77.0.1")
    assert peer.wait(framed(b"\0\x21"), 20) is not None
    peer.send(reply(0xa7, 0x1234, b""))
    wait_for(lambda: status()[0] == 0, 20, "the session stays")
    m.run("kextunload pppoe")

def vpn_frame(peer, seq, kind, data, key=b"secret", forged=False):
    """A datagram of the tunnel of styles/udpvpn."""
    secret = hashlib.sha1(key).digest()
    hidden = bytes(a ^ b for a, b in zip(data, b"".join(
        hashlib.sha1(secret + struct.pack("!II", seq, at)).digest() for at in range(0, len(data), 20))))
    tag = hashlib.sha1(secret + struct.pack("!I", seq) + hidden).digest()[:4]
    head = struct.pack("!II", kind, seq) + (b"\0\0\0\0" if forged else tag)
    return Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.1", dst="10.0.0.2") / \
        UDP(sport=4555, dport=4555) / Raw(head + hidden)


def vpn(m, peer):
    """Packets in UDP: sealed, counted, not twice, kept alive by a thread."""
    m.run("kextload udpvpn")
    m.run('kctl set com.example.vpn.udp 1 "=10.0.0.1 4555 secret"')
    m.run("ifconfig vpn0 10.88.0.2 10.88.0.1")

    def sealed(kind):
        return lambda p: UDP in p and p[UDP].dport == 4555 and bytes(p[UDP].payload)[:4] == struct.pack("!I", kind)
    alive = peer.wait(sealed(1), 20)
    assert alive is not None
    seq = struct.unpack("!I", bytes(alive[UDP].payload)[4:8])[0]
    assert bytes(alive[UDP].payload)[:12] == bytes(vpn_frame(peer, seq, 1, b"")[UDP].payload)
    ping = bytes(IP(src="10.88.0.1", dst="10.88.0.2") / ICMP(id=3) / Raw(b"sealed"))
    p = peer.ask(vpn_frame(peer, 7, 2, ping), sealed(2), tries=1, timeout=20)
    out = bytes(p[UDP].payload)
    again = vpn_frame(peer, struct.unpack("!I", out[4:8])[0], 2, out[12:])
    answer = IP(bytes(again[UDP].payload)[12:])
    assert answer[ICMP].type == 0 and answer.dst == "10.88.0.1" and b"sealed" in bytes(answer)
    # The same number again, a wrong tag: nothing but the one behind them is answered.
    for bad, n in ((vpn_frame(peer, 7, 2, ping), 9), (vpn_frame(peer, 8, 2, ping, forged=True), 10)):
        peer.send(bad)
        peer.send(vpn_frame(peer, n, 2, ping))
        assert peer.wait(sealed(2), 20) is not None
    assert [number(m, "net.inet.udpvpn." + n) for n in ("passed", "replayed", "forged")] == [3, 1, 1]
    m.run("kextunload udpvpn")
    said = m.run("dmesg")
    assert "udpvpn 0.9.4" in said and "udpvpn: gone" in said


def test_styles_at_work(vm, closing, tmp_path):
    """Each loads as it is, does its job and goes; nothing of it is left."""
    peer = closing(Peer())
    m = vm(net=peer, append="ip=10.0.0.2/24,10.0.0.1",
           files={"kexts/%s.kext" % n: built(tmp_path, n) for n in BUILDS})
    assert peer.resolve("10.0.0.2") == GUEST_MAC
    firewall(m)
    web(m)
    log(m)
    blocklist(m)
    redirection(m)
    shaper(m)
    frames(m, peer)
    tunnels(m)
    virtual(m, peer)
    dial(m, peer)
    vpn(m, peer)
    assert m.json("kextstat -j") == []
    said = m.run("dmesg")
    assert "left behind" not in said and "leak" not in said
    assert peer.ask(Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.1", dst="10.0.0.2", proto=1) /
                    Raw(bytes.fromhex("0800f7fd00010001")), lambda p: IP in p and p[IP].proto == 1)
