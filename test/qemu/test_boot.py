# SPDX-License-Identifier: BSD-2-Clause
"""The image boots every way it is meant to, in little memory too, and a panic
says what happened."""
import re

import pytest

from test.lib.qemu import EXIT_PANIC, UserNet


@pytest.mark.parametrize("boot", ["pvh", "bios", "uefi"])
def test_boot_to_shell(vm, boot):
    m = vm(boot=boot, mem=256, net=UserNet())
    assert "hello 42" in m.run("echo hello 42")
    # A wrong command has a status of its own and the shell goes on.
    status, _ = m.sh("no-such-command-here")
    assert status == 127
    m.run("ps")


@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_machines(vm, nic, machine):
    m = vm(machine=machine, nic=nic, net=UserNet())
    devices = m.json("pciconf -j")
    driver = {"virtio": "vtnet", "e1000": "e1000"}[nic]
    assert [d for d in devices if d["driver"] == driver], devices
    assert "10.0.2.15" in wait_address(m, "10.0.2.15")


def wait_address(m, want, tries=240):
    out = ""
    for _ in range(tries):
        out = m.run("ifconfig en0")
        if want in out:
            return out
        m.run("sleep 0.25")
    raise AssertionError("en0 has no %s:\n%s" % (want, out))


def test_small_memory(vm):
    """16 MB, TCP services up."""
    net = UserNet(("tcp", 7))
    m = vm(mem=16, net=net)
    wait_address(m, "10.0.2.15")
    from test.lib import net as hostnet
    from test.lib import traffic
    s = hostnet.connect("127.0.0.1", net.port("tcp", 7))
    traffic.echo(s, 1 << 20)


@pytest.mark.parametrize("kind,says", [
    ("", "asked for"), ("null", "null pointer"), ("stack", "stack"), ("smash", "stack"),
    ("text", "panic_main|text|read-only|protect"), ("exec", "execut"), ("gpf", "general protection")])
def test_panic(vm, kind, says):
    """A panic says what happened, prints registers and a backtrace by function
    name, and leaves through the exit asked for."""
    m = vm(net=UserNet())
    m.send(("panic " + kind).strip() + "\r")
    text = m.expect(r"^panic: .*?last messages", 20).group(0)
    assert m.wait_exit(30) == EXIT_PANIC
    assert re.search(says, text, re.I), text
    # Frames are "module: function+0xoffset".
    frames = re.findall(r"#\d+ 0x[0-9a-f]+ kernel: ([A-Za-z_][\w.]*)\+0x[0-9a-f]+", text)
    assert frames, text
    if kind in ("", "null", "text", "gpf"):
        assert "panic_main" in frames and "proc_main" in frames, text
    if kind not in ("", "smash"):    # the others are faults
        assert re.search(r"\brip [0-9a-f]{16}.*\brsp [0-9a-f]{16}", text), text
