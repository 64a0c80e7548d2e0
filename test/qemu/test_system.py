# SPDX-License-Identifier: BSD-2-Clause
"""PF_SYSTEM from programs: kernel events of interfaces and addresses, kernel
controls with their rights, and tcplog as a kext's client."""
import json
import os
import re
import urllib.request

from test.lib import net, traffic
from test.lib.baseline import least
from test.lib.net import GUEST4, wait_for
from test.lib.qemu import ROOT

STATIC = "ip=10.77.0.2/24,10.77.0.1"
TCPLOG = "org.unikext.tcplognke"


def watch(m, commands, want=()):
    """The kernel events that some commands (or functions) bring about, of all
    interfaces but lo0; those in want may come some time later.  An address of
    lo0 that comes and goes marks the beginning and the end."""
    m.run("rm -f /tmp/ev; kevmon -j > /tmp/ev &")
    m.run("watcher=$!")

    def events():
        return [json.loads(x) for x in m.run("cat /tmp/ev").splitlines() if re.match(r"\{.*\}$", x)]

    def mark(n):
        m.run("ifconfig lo0 inet 127.0.0.%d/32 alias; ifconfig lo0 inet 127.0.0.%d delete" % (n, n))

    def marked(n):
        return [e for e in events() if "7f0000%02x" % n in e["data"]]

    def begun():
        mark(77)
        return marked(77)

    net.wait_for(begun, 20, "nobody watches")
    for c in commands:
        m.run(c) if isinstance(c, str) else c()
    net.wait_for(lambda: set(want) <= {e["name"] for e in events()}, 30, "events %s" % (want,))
    mark(78)
    net.wait_for(lambda: marked(78), 20, "the last event")
    m.run("kill $watcher; wait")
    return [e for e in events() if e["interface"] != "lo0"]


def names(events, interface=None):
    return [e["name"] for e in events if interface in (None, e["interface"])]


def test_events_of_a_link(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC)

    def link(up):
        m.qmp("set_link", name="n0", up=up)
        wait_for(lambda: ("inactive" not in m.run("ifconfig en0")) == up, 20, "the link changes")

    seen = names(watch(m, [lambda: link(False), lambda: link(True)],
                       ("KEV_DL_LINK_OFF", "KEV_DL_LINK_ON")), "en0")
    assert "KEV_DL_LINK_OFF" in seen and "KEV_DL_LINK_ON" in seen
    assert seen.index("KEV_DL_LINK_OFF") < seen.index("KEV_DL_LINK_ON")


def test_events_of_addresses(vm, tap):
    m = vm(net=tap, append=STATIC)
    wait_for(lambda: "fe80:" in m.run("ifconfig en0") and "tentative" not in m.run("ifconfig en0"), 30,
             "no link-local address")
    # Nothing happens, nothing is seen.
    assert names(watch(m, ["true"]), "en0") == []
    seen = names(watch(m, ["ifconfig en0 inet 10.77.0.9/24 alias",
                           "ifconfig en0 inet 10.77.0.9 delete",
                           "ifconfig en0 mtu 1400", "ifconfig en0 mtu 1500",
                           "ifconfig en0 inet6 fd00::9/64", "ifconfig en0 inet6 fd00::9 delete",
                           "ifconfig en0 down", "ifconfig en0 up"]))
    for want in ("KEV_INET_NEW_ADDR", "KEV_INET_ADDR_DELETED", "KEV_DL_SIFMTU",
                 "KEV_INET6_NEW_USER_ADDR", "KEV_INET6_ADDR_DELETED", "KEV_DL_SIFFLAGS"):
        assert want in seen, (want, seen)


def test_events_have_ids_and_root_only(vm, tap):
    m = vm(net=tap, append=STATIC)
    events = watch(m, ["kextload tcplognke", "kextunload " + TCPLOG])
    ids = [e["id"] for e in events]
    assert ids == sorted(set(ids))
    assert names(events).count("KEV_CTL_REGISTERED") == 1
    assert names(events).count("KEV_CTL_DEREGISTERED") == 1
    m.run("kevmon -w 1")
    m.run("su nobody kevmon -w 1", status=1)


def all_over(m):
    """The log's figures once no connection is open that it has to do with."""
    return wait_for(lambda: (s := m.json("tcplog -s -j"))["open"] == 0 and s, 30, "connections end")


def test_tcplog(vm, tap):
    m = vm(net=tap, append=STATIC)
    net.connect(GUEST4, 7).close()
    m.run("tcplog -s", status=1)
    m.run("kextload tcplognke")
    m.run("su nobody tcplog -s", status=1)
    m.run("tcplog verbose off")

    traffic.echo(net.connect(GUEST4, 7), 300000)
    traffic.discard(net.connect(GUEST4, 9), 200000)
    all_over(m)
    rec = [json.loads(x) for x in m.run("tcplog -j -c 2").splitlines() if x.startswith("{")]
    byport = {r["local_port"]: r for r in rec}
    assert byport[7]["rx_bytes"] == byport[7]["tx_bytes"] == 300000
    assert byport[9]["rx_bytes"] == 200000 and byport[9]["tx_bytes"] == 8
    assert all(r["direction"] == "in" for r in rec)

    # Criteria, and logging off.
    kept = all_over(m)["kept"]
    m.run("tcplog only port 9 bytes 1000")
    traffic.echo(net.connect(GUEST4, 7), 5000)
    traffic.discard(net.connect(GUEST4, 9), 500)
    traffic.discard(net.connect(GUEST4, 9), 5000)
    assert all_over(m)["kept"] == kept + 1
    m.run("tcplog all")
    m.run("tcplog disable")
    traffic.discard(net.connect(GUEST4, 9), 5000)
    assert all_over(m)["kept"] == kept + 1
    m.run("tcplog only from nowhere", status=64)

    # A settings file, as a start-up program hands one over.
    m.run("echo 'enable' > /tmp/conf; echo 'only out # remark' >> /tmp/conf")
    m.run("tcplog -f /tmp/conf")
    traffic.discard(net.connect(GUEST4, 9), 5000)
    m.run("echo x | nc -w 2 127.0.0.1 9")
    assert all_over(m)["kept"] == kept + 2

    # Busy while somebody listens; afterwards it goes.
    m.run("tcplog -j > /tmp/log &")
    wait_for(lambda: m.json("kctl -j")[0]["clients"] == 1, 20, "nobody listens")
    assert m.sh("kextunload " + TCPLOG)[0] != 0
    m.run("kill $!; wait")
    m.run("kextunload " + TCPLOG)
    assert m.json("kctl -j") == []


def test_settings_at_boot(vm, tap):
    """/etc/rc as shipped, with its example switched on: the kext is there
    before the prompt and has its settings from the file."""
    with open(os.path.join(ROOT, "kernel/root/etc/rc"), encoding="utf-8") as f:
        rc, n = re.subn(r"^#(kextload tcplognke && tcplog -f /etc/tcplog.conf)$", r"\1", f.read(),
                        flags=re.M)
    assert n == 1
    with open(os.path.join(ROOT, "kernel/root/etc/tcplog.conf"), encoding="utf-8") as f:
        shipped = f.read()
    m = vm(net=tap, append=STATIC, files={
        "etc/rc": rc.encode(), "etc/tcplog.conf": shipped.replace("#only", "only").encode(),
        "etc/bad.conf": b"verbose off\n\nonly from nowhere # wrong\nenable\n"})
    traffic.discard(net.connect(GUEST4, 9), 5000)
    assert "hello" in urllib.request.urlopen("http://%s/" % GUEST4, timeout=30).read().decode().lower()
    m.expect(r"tcplog: in 10\.77\.0\.2:80 ", 20)
    assert ":9 " not in m.con.all
    stats = m.json("tcplog -s -j")
    assert stats["kept"] == 1, stats
    # A wrong line is named, what came before it holds.
    out = m.run("tcplog -f /etc/bad.conf", status=64)
    assert "/etc/bad.conf:3: not accepted" in out
    urllib.request.urlopen("http://%s/" % GUEST4, timeout=30).read()
    wait_for(lambda: m.json("tcplog -s -j")["kept"] == 2, 20, "the connection is not counted")
    assert len(re.findall(r"tcplog: in 10\.77\.0\.2:80 ", m.con.all)) == 1
    assert "No such file" in m.run("tcplog -f /etc/none.conf", status=1)
    assert "tcplog -f /etc/tcplog.conf" in m.run("man rc")


def inuse(m):
    """Mbufs by class; what is on its way is not there at both looks."""
    looks = []
    for _ in range(2):
        looks.append({c["name"]: c["inuse"] for c in m.json("mbufstat -j")["classes"]})
        m.run("sleep 0.5")
    return least(looks)


def test_controls_race(vm, tap):
    """Clients come and go in two processes while the control is there."""
    m = vm(net=tap, append=STATIC)
    m.run("kextload tcplognke")
    before = inuse(m)
    m.run("echo 'i=0; for a in 0 1 2 3 4 5 6 7 8 9; do for b in 0 1 2 3 4 5 6 7 8 9; do "
          "tcplog -s > /dev/null || exit 1; done; done' > /tmp/many")
    m.run("sh /tmp/many & sh /tmp/many & sh /tmp/many; wait", timeout=120)
    assert m.json("kctl -j")[0]["clients"] == 0
    m.run("kextunload " + TCPLOG)
    wait_for(lambda: inuse(m) == before, 30, "mbufs are missing: %r" % before)


def test_guide_listings(vm, tap):
    """A control and a client in the manner of the guide's chapter 3."""
    m = vm(net=tap, append=STATIC)
    m.run("/test/guide_client", status=1)       # the control is not there yet
    m.run("kextload /test/guide_control.kext")
    for _ in range(3):
        assert "all done" in m.run("/test/guide_client")
    # A client that is killed inside a callback: the kext waits for it to leave.
    m.run("kctl set org.unikext.nke.guide 3 &")
    wait_for(lambda: "guide: set 3" in m.run("dmesg"), 20, "nobody is in the callback")
    m.run("kill $!")
    assert sum(c["clients"] for c in m.json("kctl -j")) == 1
    assert m.sh("kextunload org.unikext.test.guide_control")[0] != 0
    m.run("kctl set org.unikext.nke.guide 2")       # wakes it
    m.run("wait")
    assert sum(c["clients"] for c in m.json("kctl -j")) == 0
    m.run("kextunload org.unikext.test.guide_control")


def test_events_of_an_interface(vm, tap):
    """An interface's life, made and taken away by a kext."""
    m = vm(net=tap, append=STATIC)
    def there(wanted):
        wait_for(lambda: ("tap0" in m.run("ifconfig -l")) == wanted, 20, "tap0 comes and goes")

    events = watch(m, ["kextload tapdev", "cat /dev/tap0 > /tmp/t &", lambda: there(True),
                       "ifconfig tap0 inet 10.9.9.1/24", "ifconfig tap0 inet 10.9.9.1 delete",
                       "kill $!; wait $!; true", lambda: there(False), "kextunload org.unikext.tapdev"])
    mine = names(events, "tap0")
    for want in ("KEV_DL_IF_ATTACHED", "KEV_DL_PROTO_ATTACHED", "KEV_INET_NEW_ADDR",
                 "KEV_INET_ADDR_DELETED", "KEV_DL_IF_DETACHING", "KEV_DL_IF_DETACHED"):
        assert want in names(events), (want, mine)
    assert mine.index("KEV_DL_IF_ATTACHED") < mine.index("KEV_DL_IF_DETACHING") < \
        mine.index("KEV_DL_IF_DETACHED")
