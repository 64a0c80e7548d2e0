# SPDX-License-Identifier: BSD-2-Clause
"""Kexts in the styles of well-known ones, built as they are, at their work."""
import os
import re
import subprocess
import sys

from scapy.all import ARP, Ether, IP, Raw

from test.lib.net import wait_for
from test.lib.peer import GUEST_MAC, Peer
from test.lib.qemu import ROOT

KEXTBUILD = os.path.join(ROOT, "tools/kextbuild")
BUILDS = {"appfirewall": ["--prefix", os.path.join(ROOT, "test/styles/appfirewall/appfirewall_prefix.h")],
          "blocklist": [], "shaper": [], "portredir": [], "etherlog": [], "kernhttp": [],
          "netlog": [], "tun": ["--target", "tun"], "tap": ["--target", "tap"]}


def built(tmp_path, name):
    """The bytes of one of them."""
    out = tmp_path / (name + ".kext")
    folder = "tunnels" if name in ("tun", "tap") else name
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
    assert m.json("kextstat -j") == []
    said = m.run("dmesg")
    assert "left behind" not in said and "leak" not in said
    assert peer.ask(Ether(dst=GUEST_MAC, src=peer.mac) / IP(src="10.0.0.1", dst="10.0.0.2", proto=1) /
                    Raw(bytes.fromhex("0800f7fd00010001")), lambda p: IP in p and p[IP].proto == 1)
