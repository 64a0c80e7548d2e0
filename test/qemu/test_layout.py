# SPDX-License-Identifier: BSD-2-Clause
"""Binary compatibility: the same kext files in two kernels with different
private layouts.

The second kernel is built with LAYOUT_SHIFT (kernel/layout.h): mbufs,
interfaces, sockets, processes, threads and locks have their members elsewhere.
The kexts are those of the ordinary build, not compiled again."""
import os
import re
import socket
import subprocess

import pytest

from test.lib import kpi
from test.lib.qemu import BUILD, ROOT, UserNet, artefact
from test.qemu.test_kpi import kexts

SHIFTED = os.path.join(BUILD, "layout")


@pytest.fixture(scope="module")
def shifted():
    """A kernel whose private structures have their members elsewhere."""
    subprocess.run(["make", "-s", "-j2", "BUILD=" + os.path.relpath(SHIFTED, ROOT),
                    "CONFIG_FLAGS=-DINVARIANTS=1 -DLAYOUT_SHIFT=1", "kernel"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(SHIFTED, "kernel.elf")


def sizes(kernel):
    """Bytes of a mutex and of a process, which are variables of the kernel."""
    out = subprocess.run(["nm", "-S", kernel], check=True, capture_output=True, text=True).stdout
    return {name: int(re.search(r" (\w+) \w %s$" % name, out, re.M).group(1), 16)
            for name in ("kext_lock", "proc0")}


def test_layouts_differ(shifted):
    plain, moved = sizes(artefact("kernel.elf")), sizes(shifted)
    assert all(moved[k] > plain[k] for k in plain), (plain, moved)


@pytest.mark.parametrize("which", ["plain", "shifted"])
def test_same_kexts(vm, shifted, which):
    net = UserNet(("tcp", 7))
    kernel = shifted if which == "shifted" else artefact("kernel.elf")
    m = vm(net=net, kernel=kernel)
    m.run("kextload tcplognke && sysctl net.tcplog.verbose=0")
    m.run("sysctl net.tcplog.swallow=1")
    with socket.create_connection(("127.0.0.1", net.port("tcp", 7)), 20) as s:
        s.sendall(b"y" * 5000)
        got = b""
        while len(got) < 5000:
            got += s.recv(5000)
    m.run("kextload /test/hoard.kext")
    m.run("ping -c 1 127.0.0.1")
    m.run("kextunload hoard")
    m.run("kextunload tcplognke")
    assert m.json("kextstat -j") == []


def test_kpi_in_shifted(vm, shifted):
    """Every behaviour test of the KPI passes in the other kernel as well."""
    m = vm(net=UserNet(), kernel=shifted)
    for kext in kexts():
        m.con.pending = ""
        identifier, passed, failed = kpi.run(m, "/test/%s.kext" % kext)
        assert failed == 0 and passed > 0, m.con.all[-3000:]
        m.run("kextunload %s" % identifier)
    assert m.json("kextstat -j") == []
