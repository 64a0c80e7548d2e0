#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`make bench`: Unikext and a Linux guest, one after the other, same QEMU
options, the same client; guest instructions per operation, and their ratio.

Instructions are counted by a TCG plugin, so the figures hardly depend on what
else the machine does: each is the least of REPS samples after one that is
thrown away.  Wall-clock time is printed beside them for orientation only.
Needs root (a tap in a network namespace of its own) and the registry once,
for Linux' packages.  Results also go to build/bench/result.json.

    tools/bench/bench.py [--build DIR] [--reps N] [--only virtio,nooffload,e1000]
                         [--guests unikext,linux] [--no-memory]
"""
import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, ROOT, os.path.dirname(HERE)]
os.chdir(ROOT)

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("--build", default="build")
ap.add_argument("--reps", type=int, default=5)
ap.add_argument("--only", default="virtio,nooffload,e1000")
ap.add_argument("--guests", default="unikext,linux")
ap.add_argument("--no-memory", action="store_true")
args = ap.parse_args()
os.environ["UKX_BUILD"] = args.build

import image                # noqa: E402
import linuxguest           # noqa: E402
import load                 # noqa: E402

OUT = os.path.abspath(args.build + "/bench")
if "linux" in args.guests:  # fetches packages: before the network goes away
    VMLINUZ, INITRAMFS, VERSION = linuxguest.build(OUT + "/linux")
from test.lib import netns  # noqa: E402  (executes this again in a namespace)
from test.lib.qemu import die_with_parent  # noqa: E402

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


class Guest:
    """A running guest with its instruction counter."""

    def __init__(self, boot, nic, mem=512, plugin=None):
        self.tmp = tempfile.mkdtemp(prefix="ukx-bench-")
        self.counter = self.tmp + "/insns"
        with open(self.counter, "wb") as f:
            f.write(bytes(4096))
        subprocess.run(["ip", "tuntap", "add", "tap0", "mode", "tap", "vnet_hdr"], check=True)
        subprocess.run(["ip", "addr", "add", HOST + "/24", "dev", "tap0"], check=True)
        subprocess.run(["ip", "link", "set", "tap0", "up"], check=True)
        cmd = [image.QEMU, "-M", "q35", "-accel", "tcg,thread=single", "-cpu", "qemu64",
               "-m", str(mem), "-nodefaults", "-display", "none", "-no-reboot",
               "-serial", "file:%s/console" % self.tmp,
               "-netdev", "tap,id=n,ifname=tap0,script=no,downscript=no",
               "-device", NICS[nic] + ",netdev=n,romfile=", *boot]
        if plugin:
            cmd += ["-plugin", "file=%s,out=%s" % (plugin, self.counter)]
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


def settle(guest):
    """Until the guest is idle: its services are up, timers have run."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            load.tcp_rr(GUEST, 1)
            break
        except OSError:
            time.sleep(0.2)
    last = guest.insns()
    for _ in range(40):
        time.sleep(0.5)
        now = guest.insns()
        if now - last < 3_000_000:
            return
        last = now


def measure(boot, nic, plugin):
    guest, res = Guest(boot, nic, plugin=plugin), {}
    try:
        load.ping(GUEST, 1, limit=120)
        res["boot"] = {"insns": guest.insns() / 1e6, "seconds": time.monotonic() - guest.t0,
                       "cpu": guest.cpu()}
        settle(guest)
        for name, _, work, count, unit in WORK:
            best, seconds = None, None
            try:
                for rep in range(args.reps + 1):
                    before, t = guest.insns(), time.monotonic()
                    n = work(GUEST, count)
                    t = time.monotonic() - t
                    # What follows the last answer (closing, timers) belongs to it.
                    time.sleep(0.05)
                    cost = (guest.insns() - before) / (n / unit)
                    if rep and (best is None or cost < best):
                        best = cost
                    if rep and (seconds is None or t < seconds):
                        seconds = t
            except (OSError, EOFError, ValueError) as e:
                print("  %s: %s: %s" % (nic, name, e), file=sys.stderr)
                if guest.proc.poll() is not None:
                    print(guest.console()[-2000:], file=sys.stderr)
                    break
            if best is not None:
                res[name] = {"insns": best, "per_s": count / unit / seconds}
    finally:
        guest.close()
    return res


def smallest_memory(boot, sizes):
    """The least of the sizes (MB) with which the guest answers TCP."""
    good = None
    for mem in sizes:
        guest = Guest(boot, "virtio", mem=mem)
        try:
            end = time.monotonic() + 60
            while True:
                try:
                    load.tcp_rr(GUEST, 3)
                    good = mem
                    break
                except (OSError, EOFError):
                    if time.monotonic() > end or guest.proc.poll() is not None:
                        break
                    time.sleep(0.2)
        finally:
            guest.close()
        if good != mem:
            break
    return good


def table(result):
    guests = list(result["guests"])
    for nic in args.only.split(","):
        print("\n%-28s %14s %14s %8s" % (nic + ", guest instructions", *(guests + ["", ""])[:2], "ratio"))
        for name, what in [("boot", "to first ping reply (10^6)")] + [(w[0], w[1]) for w in WORK]:
            v = [result["guests"][g].get(nic, {}).get(name, {}).get("insns") for g in guests]
            cells = ["%14s" % ("-" if x is None else "%.0f" % x if x >= 100 else "%.1f" % x) for x in v]
            ratio = "%8.2f" % (v[0] / v[1]) if len(v) == 2 and None not in v and v[1] else "%8s" % "-"
            print("%-28s %s %s" % (what, " ".join(cells), ratio))
    print()
    for key, what in (("memory", "smallest memory, MB"), ("image", "image, KB (kernel + ram disk)")):
        v = [result["guests"][g].get(key) for g in guests]
        if any(x is not None for x in v):
            ratio = "%8.2f" % (v[0] / v[1]) if len(v) == 2 and None not in v else "%8s" % "-"
            print("%-28s %s %s" % (what, " ".join("%14s" % ("-" if x is None else x) for x in v), ratio))


def main():
    if not netns.available():
        raise SystemExit("bench: needs root or user namespaces for a tap")
    out = OUT
    os.makedirs(out, exist_ok=True)
    plugin = out + "/insncount.so"
    subprocess.run(["gcc", "-O2", "-Wall", "-shared", "-fPIC", "-o", plugin, HERE + "/insncount.c"], check=True)
    boots, sizes = {}, {}
    if "unikext" in args.guests:
        kernel, initrd = args.build + "/kernel.elf", args.build + "/initrd.cpio"
        boots["unikext"] = ["-kernel", kernel, "-initrd", initrd, "-append", "ip=%s/24,%s" % (GUEST, HOST)]
        stripped = out + "/kernel.stripped"
        subprocess.run(["objcopy", "--strip-all", kernel, stripped], check=True)
        sizes["unikext"] = os.path.getsize(stripped) + os.path.getsize(initrd)
    if "linux" in args.guests:
        print("Linux guest: Debian kernel " + VERSION)
        boots["linux"] = ["-kernel", VMLINUZ, "-initrd", INITRAMFS, "-append", "console=ttyS0 quiet"]
        sizes["linux"] = os.path.getsize(VMLINUZ) + os.path.getsize(INITRAMFS)
    result = {"guests": {g: {"image": sizes[g] // 1024} for g in boots}}
    for nic in args.only.split(","):
        for name, boot in boots.items():
            print("measuring %s, %s" % (name, nic), file=sys.stderr)
            result["guests"][name][nic] = measure(boot, nic, plugin)
            with open(out + "/result.json", "w", encoding="ascii") as f:
                json.dump(result, f, indent=1)
    if not args.no_memory:
        trials = {"unikext": (32, 24, 16, 14, 12, 10, 8, 7, 6, 5, 4),
                  "linux": (256, 192, 160, 128, 112, 96, 80, 64)}
        for name, boot in boots.items():
            result["guests"][name]["memory"] = smallest_memory(boot, trials[name])
    with open(out + "/result.json", "w", encoding="ascii") as f:
        json.dump(result, f, indent=1)
    table(result)


if __name__ == "__main__":
    main()
