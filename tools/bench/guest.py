# SPDX-License-Identifier: BSD-2-Clause
"""A guest on a tap, with a plugin in QEMU that counts its instructions.

Importing this executes the script again in a network namespace of its own.
"""
import os
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, ROOT, os.path.dirname(HERE)]

import image                                # noqa: E402
import load                                 # noqa: E402
from test.lib import netns                  # noqa: E402
from test.lib.qemu import die_with_parent   # noqa: E402

GUEST, HOST = "10.77.0.2", "10.77.0.1"
NO_OFFLOAD = "".join(",%s=off" % o for o in (
    "csum", "guest_csum", "gso", "guest_tso4", "guest_tso6", "guest_ecn", "guest_ufo",
    "host_tso4", "host_tso6", "host_ecn", "host_ufo"))
NICS = {"virtio": "virtio-net-pci", "nooffload": "virtio-net-pci" + NO_OFFLOAD, "e1000": "e1000"}
# name, what, function, count, divisor of the count
WORK = [
    ("ping", "per ping", load.ping, 200, 1),
    ("tcp_rr", "per TCP request/response", load.tcp_rr, 500, 1),
    ("udp_rr", "per UDP request/response", load.udp_rr, 500, 1),
    ("connect", "per connection", load.connect, 100, 1),
    ("http_close", "per HTTP request, closing", load.http_close, 100, 1),
    ("http_keep", "per HTTP request, kept", load.http_keep, 300, 1),
    ("udp_out", "per UDP datagram sent", load.udp_out, 2000, 1),
    ("stream_in", "per KB received", load.stream_in, 16_000_000, 1000),
    ("stream_out", "per KB sent", load.stream_out, 16_000_000, 1000),
]


def need_namespace():
    if not netns.available():
        raise SystemExit("bench: needs root or user namespaces for a tap")


def plugin(name, out):
    """Compile a plugin of this folder; its path."""
    lib = "%s/%s.so" % (out, name)
    subprocess.run(["gcc", "-O2", "-Wall", "-shared", "-fPIC", "-o", lib, "%s/%s.c" % (HERE, name)],
                   check=True)
    return lib


def unikext(build, append=""):
    """QEMU's options that boot the system of a build folder."""
    return ["-kernel", build + "/kernel.elf", "-initrd", build + "/initrd.cpio",
            "-append", ("ip=%s/24,%s " % (GUEST, HOST) + append).strip()]


class Guest:
    """A running guest; the plugin's file is .counter."""

    def __init__(self, boot, nic, mem=512, lib=None, counter_size=4096):
        self.tmp = tempfile.mkdtemp(prefix="ukx-bench-")
        self.counter = self.tmp + "/insns"
        with open(self.counter, "wb") as f:
            f.truncate(counter_size)
        subprocess.run(["ip", "tuntap", "add", "tap0", "mode", "tap", "vnet_hdr"], check=True)
        subprocess.run(["ip", "addr", "add", HOST + "/24", "dev", "tap0"], check=True)
        subprocess.run(["ip", "link", "set", "tap0", "up"], check=True)
        cmd = [image.QEMU, "-M", "q35", "-accel", "tcg,thread=single", "-cpu", "qemu64",
               "-m", str(mem), "-nodefaults", "-display", "none", "-no-reboot",
               "-serial", "file:%s/console" % self.tmp,
               "-netdev", "tap,id=n,ifname=tap0,script=no,downscript=no",
               "-device", NICS[nic] + ",netdev=n,romfile=", *boot]
        if lib:
            cmd += ["-plugin", "file=%s,out=%s" % (lib, self.counter)]
        self.t0 = time.monotonic()
        self.proc = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent)

    def insns(self):
        with open(self.counter, "rb") as f:
            return struct.unpack("Q", f.read(8))[0]

    def cpu(self):
        with open("/proc/%d/stat" % self.proc.pid, encoding="ascii") as f:
            v = f.read().rsplit(")", 1)[1].split()
        return (int(v[11]) + int(v[12])) / os.sysconf("SC_CLK_TCK")

    def console(self):
        with open(self.tmp + "/console", encoding="latin-1") as f:
            return f.read()

    def close(self):
        self.proc.kill()
        self.proc.wait()
        subprocess.run(["ip", "link", "del", "tap0"], check=False)
        subprocess.run(["rm", "-rf", self.tmp], check=False)


def answer(guest, limit=60):
    """Until the guest's services answer; False when they do not."""
    end = time.monotonic() + limit
    while time.monotonic() < end and guest.proc.poll() is None:
        try:
            load.tcp_rr(GUEST, 3)
            return True
        except (OSError, EOFError):
            time.sleep(0.2)
    return False
