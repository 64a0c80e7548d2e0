#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Where the guest's instructions go during one kind of the benchmark's work.

    tools/bench/profile.py [--build DIR] [--nic virtio] [--top N] WORK ...

WORK is a name of guest.WORK (ping, tcp_rr, stream_in, stream_out ...).  Prints
the functions of the kernel with the most instructions, for each operation (or
KB) of the work, after one round that is not counted.
"""
import argparse
import array
import bisect
import collections
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import guest as g       # noqa: E402
import load             # noqa: E402

RECORDS = 1 << 17       # blocks of code: more than a session ever translates


def symbols(kernel):
    out = subprocess.run(["nm", "-n", kernel], check=True, capture_output=True, text=True).stdout
    table = [(int(v[0], 16), v[2]) for v in map(str.split, out.splitlines())
             if len(v) == 3 and v[1] in "tTwW"]
    return [t[0] for t in table], [t[1] for t in table]


def reading(path):
    words = array.array("Q")
    with open(path, "rb") as f:
        words.frombytes(f.read())
    return words


def by_function(before, after, syms):
    addrs, names = syms
    total, calls = collections.Counter(), collections.Counter()
    for i in range(0, len(after), 3):
        runs = after[i + 2] - before[i + 2]
        if runs == 0:
            continue
        k = bisect.bisect_right(addrs, after[i]) - 1
        name = names[k] if k >= 0 else hex(after[i])
        total[name] += runs * after[i + 1]
        if k >= 0 and addrs[k] == after[i]:
            calls[name] += runs
    return total, calls


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--build", default="build/release")
    ap.add_argument("--nic", default="virtio", choices=g.NICS)
    ap.add_argument("--top", type=int, default=40)
    ap.add_argument("--append", default="")
    ap.add_argument("work", nargs="+", choices=[w[0] for w in g.WORK])
    args = ap.parse_args()
    os.chdir(g.ROOT)
    g.need_namespace()
    out = os.path.abspath(args.build + "/bench")
    os.makedirs(out, exist_ok=True)
    syms = symbols(args.build + "/kernel.elf")
    guest = g.Guest(g.unikext(args.build, args.append), args.nic, lib=g.plugin("insnprof", out),
                    counter_size=RECORDS * 24)
    try:
        if not g.answer(guest, 120):
            raise SystemExit("profile: the guest does not answer\n" + guest.console()[-2000:])
        for name in args.work:
            _, what, work, count, unit = next(w for w in g.WORK if w[0] == name)
            work(g.GUEST, count)
            time.sleep(0.3)
            before = reading(guest.counter)
            n = work(g.GUEST, count) / unit
            time.sleep(0.05)
            total, calls = by_function(before, reading(guest.counter), syms)
            print("\n%s: %.0f guest instructions %s" % (name, sum(total.values()) / n, what))
            print("%10s %8s %10s  function" % ("each", "share", "calls"))
            for fn, insns in total.most_common(args.top):
                print("%10.1f %7.1f%% %10.3f  %s" % (insns / n, 100 * insns / sum(total.values()),
                                                     calls[fn] / n, fn))
    finally:
        guest.close()


if __name__ == "__main__":
    main()
