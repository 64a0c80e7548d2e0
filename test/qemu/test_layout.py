# SPDX-License-Identifier: BSD-2-Clause
"""Binary compatibility: the same kext files in two kernels with different
private layouts."""
import os
import socket
import subprocess

import pytest

from test.lib.qemu import BUILD, ROOT, UserNet, artefact

SHIFTED = os.path.join(BUILD, "layout")


@pytest.fixture(scope="module")
def shifted():
    """A kernel whose private structures have their members elsewhere."""
    subprocess.run(["make", "-s", "-j2", "BUILD=" + os.path.relpath(SHIFTED, ROOT),
                    "CONFIG_FLAGS=-DINVARIANTS=1 -DLAYOUT_SHIFT=1", "kernel"],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(SHIFTED, "kernel.elf")


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
