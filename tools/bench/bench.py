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
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
os.chdir(ROOT)

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("--build", default="build")
ap.add_argument("--reps", type=int, default=5)
ap.add_argument("--only", default="virtio,nooffload,e1000")
ap.add_argument("--guests", default="unikext,linux")
ap.add_argument("--no-memory", action="store_true")
args = ap.parse_args()
os.environ["UKX_BUILD"] = args.build

import linuxguest           # noqa: E402

OUT = os.path.abspath(args.build + "/bench")
if "linux" in args.guests:  # fetches packages: before the network goes away
    VMLINUZ, INITRAMFS, VERSION = linuxguest.build(OUT + "/linux")
from guest import GUEST, WORK, Guest, answer, need_namespace, plugin, unikext  # noqa: E402
import load                 # noqa: E402


def settle(guest):
    """Until the guest is idle: its services are up, timers have run."""
    answer(guest)
    last = guest.insns()
    for _ in range(40):
        time.sleep(0.5)
        now = guest.insns()
        if now - last < 3_000_000:
            return
        last = now


def measure(boot, nic, lib):
    guest, res = Guest(boot, nic, lib=lib), {}
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
            if not answer(guest):
                break
            good = mem
        finally:
            guest.close()
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
    need_namespace()
    out = OUT
    os.makedirs(out, exist_ok=True)
    lib = plugin("insncount", out)
    boots, sizes = {}, {}
    if "unikext" in args.guests:
        kernel, initrd = args.build + "/kernel.elf", args.build + "/initrd.cpio"
        boots["unikext"] = unikext(args.build)
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
            result["guests"][name][nic] = measure(boot, nic, lib)
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
