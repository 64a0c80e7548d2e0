# SPDX-License-Identifier: BSD-2-Clause
"""Network cards that come and go while the machine runs and packets flow:
through ACPI on both chipsets, through PCI Express slots, and torn out."""
import socket
import threading
import time

import pytest

from test.lib import net, traffic
from test.lib.baseline import FIGURES, compare, documents, least, numbers
from test.lib.net import GUEST4, Tap
from test.lib.qemu import NICS
from test.qemu.test_system import names, watch

STATIC = "ip=10.77.0.2/24,10.77.0.1"
HOT4 = "10.78.0.2"
PORTS = ["-device", "pcie-root-port,id=rp0,chassis=1,slot=1",
         "-device", "pcie-root-port,id=rp1,chassis=2,slot=2"]
NATIVE = ["-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off"]
HOW = {"pc": ("pc", [], {}), "q35-acpi": ("q35", PORTS, {"bus": "rp1"}),
       "q35-native": ("q35", PORTS + NATIVE, {"bus": "rp1"})}


class Machine:
    """A guest with one card, and a second one to be plugged in."""

    def __init__(self, vm, closing, case_dir, tap, how, nic):
        self.tap2 = closing(Tap("tap1", "n1", "10.78.0.1", "fd78::1"))
        machine, extra, self.where = HOW[how]
        self.m = vm(net=tap, nic=nic, append=STATIC, machine=machine,
                    files={"etc/look": ("sleep 1\n" + FIGURES).encode() * 3},
                    extra=extra + self.tap2.args(case_dir))
        self.driver = NICS[nic]
        self.unplugged = 0

    def plug(self, unit=1, **more):
        self.m.qmp("device_add", driver=self.driver, id="hot", netdev="n1", romfile="",
                   mac="52:54:00:12:34:99", **self.where, **more)
        self.m.expect(r"en%d: (virtio-net|e1000)[^\n]*12:34:99\n" % unit, 60)

    def unplug(self, card="hot"):
        """Until the guest has ejected the card: QEMU does not know it any more."""
        self.m.qmp("device_del", id=card)
        net.wait_for(lambda: card not in [x["name"] for x in self.m.qmp(
            "qom-list", path="/machine/peripheral")], 60, "the guest ejects " + card)
        self.unplugged += 1

    def all_deleted(self):
        """QEMU says DEVICE_DELETED when it frees a card, which may be as late as
        its memory map changes again: some of the last may still be missing."""
        self.m.qmp("query-status")
        n = len([e for e in self.m.qmp.events if e["event"] == "DEVICE_DELETED"
                 and "device" in e["data"]])
        return self.unplugged // 2 < n <= self.unplugged

    def irqs(self):
        return sorted(i["name"] for i in self.m.json(" irqstat -j"))

    def figures(self):
        """The least of three looks, a second apart."""
        docs = documents(self.m.run(" sh /etc/look", 60))
        return least([numbers(*docs[i:i + 3]) for i in range(0, 9, 3)])


class Flood:
    """Datagrams to the hot card's echo service for as long as it lives."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.stop, self.back = False, 0
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stop:
            for _ in range(8):
                try:
                    self.sock.sendto(b"x" * 600, (HOT4, 7))
                except OSError:
                    pass
            time.sleep(0.004)
            try:
                while self.sock.recv(2000):
                    self.back += 1
            except OSError:
                pass

    def close(self):
        self.stop = True
        self.thread.join(10)
        self.sock.close()


def reach():
    """A connection to the hot card as soon as its link is up, without waiting
    for the SYN to be repeated; with more patience each time, for a slow guest."""
    limit = 0.3
    while True:
        try:
            s = socket.create_connection((HOT4, 7), timeout=limit)
            s.settimeout(60)
            return s
        except OSError:
            limit *= 1.25
            if limit > 30:
                raise


def hang_up(trickle):
    """Its peer is gone and will not answer."""
    trickle.stop = True
    try:
        trickle.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    trickle.close()


def cycle(hot, old, n):
    """Card in, traffic over it, card out under the traffic."""
    hot.plug()
    if n % 5 == 4:      # out again before anybody looked
        hot.unplug()
        return
    hot.m.run(" ifconfig en1 %s/24" % HOT4)       # not in the history
    new = traffic.Trickle(reach())
    flood = Flood()
    new.check(2)
    net.wait_for(lambda: flood.back > 5, 30, "datagrams come back")
    hot.unplug()
    old.check(2)
    flood.close()
    hang_up(new)


@pytest.mark.parametrize("how,nic,count", [
    ("pc", "virtio", 20), ("pc", "e1000", 20), ("q35-acpi", "virtio", 3), ("q35-native", "e1000", 3)])
def test_under_traffic(vm, closing, case_dir, tap, how, nic, count):
    hot = Machine(vm, closing, case_dir, tap, how, nic)
    m = hot.m

    def cycles(count):
        old = traffic.Trickle(net.connect(GUEST4, 7))
        for n in range(count):
            cycle(hot, old, n)
        old.check()
        old.close()

    cycles(min(count, 6))       # caches reach their size
    before, irqs = hot.figures(), hot.irqs()
    cycles(count)
    assert compare(before, hot.figures()) == ""
    assert hot.irqs() == irqs
    assert m.run("ifconfig en1", status=1)
    net.wait_for(hot.all_deleted, 30, "a DEVICE_DELETED for each card")


def test_events_and_units(vm, closing, case_dir, tap, nic):
    """Everybody hears of it, and the lowest free unit is taken."""
    hot = Machine(vm, closing, case_dir, tap, "pc", nic)
    m = hot.m
    seen = names(watch(m, [lambda: hot.plug(), "ifconfig en1", lambda: hot.unplug()],
                       ("KEV_DL_LINK_ON", "KEV_DL_IF_DETACHED")), "en1")
    order = ["KEV_DL_IF_ATTACHED", "KEV_DL_IF_DETACHING", "KEV_DL_IF_DETACHED"]
    assert [n for n in seen if n in order] == order
    assert "KEV_DL_LINK_ON" in seen
    # The card that was there at boot may leave as well; its name is used again.
    hot.unplug("nic0")
    hot.plug(unit=0)
    assert "pci" in m.run("pciconf") and m.run("ifconfig en1", status=1)
    m.run("ifconfig en0 %s/24" % HOT4)
    assert net.ping(HOT4)
    # A full crossing of every slot that is left.
    hot.unplug()
    for slot in range(4, 32):
        hot.plug(unit=0, addr="0x%x" % slot)
        hot.unplug()
    assert m.run("ifconfig en0", status=1)
    net.wait_for(hot.all_deleted, 30, "a DEVICE_DELETED for each card")


@pytest.mark.parametrize("how,nic", [("pc", "virtio"), ("q35-native", "e1000")])
def test_torn_out(vm, closing, case_dir, tap, how, nic):
    """A card that stops answering without a word: its driver reads all ones."""
    hot = Machine(vm, closing, case_dir, tap, how, nic)
    m = hot.m
    old = traffic.Trickle(net.connect(GUEST4, 7))
    hot.plug()
    m.run("ifconfig en1 %s/24" % HOT4)
    new, flood = traffic.Trickle(reach()), Flood()
    new.check(2)
    where = next(d["name"] for d in reversed(m.json("pciconf -j")) if d["driver"] in ("vtnet", "e1000"))
    bus, slot = (int(x) for x in where[3:].split(".")[0].split(":"))
    m.qmp("stop")

    def monitor(line):
        m.qmp("human-monitor-command", **{"command-line": line})

    # Command register: no decoding, no bus mastering.
    monitor("o /4 0xcf8 0x%x" % (0x80000004 | bus << 16 | slot << 11))
    monitor("o /2 0xcfc 0")
    m.qmp("cont")
    m.run("sleep 1; ifconfig en1; netstat -i")
    m.sh("ifconfig en1 down; ifconfig en1 up", timeout=60)
    hot.unplug()
    old.check()
    flood.close()
    hang_up(new)
    assert m.run("ifconfig en1", status=1)
    hot.plug()
    m.run("ifconfig en1 %s/24" % HOT4)
    assert net.ping(HOT4)
