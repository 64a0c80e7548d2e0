#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The last part of `make bench`: guest instructions per packet with 0, 1, 4
and 16 filters of each family that let everything pass.

QEMU counts time in instructions (-icount: one a nanosecond), so the guest can
measure itself: the kext test/kexts/passthru sends datagrams over lo0 and takes
the time.  One datagram is one packet for each direction of each family.  "a
filter" is what each further filter costs; "first" what the first one costs
beside that (IP filters take packets off the direct path).

    tools/bench/filters.py [--build DIR]
"""
import argparse
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [ROOT]

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
ap.add_argument("--build", default="build")
args = ap.parse_args()
BUILD = os.path.abspath(args.build)
os.environ["UKX_BUILD"] = BUILD
os.environ["UKX_ACCEL"] = "tcg"

from test.lib import qemu       # noqa: E402

KINDS = [("sock_in", "socket, in"), ("sock_out", "socket, out"), ("ip_in", "IP, in"),
         ("ip_out", "IP, out"), ("if_in", "interface, in"), ("if_out", "interface, out")]
COUNTS = (0, 1, 4, 16)
DATAGRAMS = 2000


def measure(m, kind, count):
    m.run('sysctl net.passthru.set="%s %d"' % (kind, count), timeout=60)
    m.run("sysctl net.passthru.run=%d" % DATAGRAMS, timeout=120)
    return int(m.run("sysctl -n net.passthru.ns").split()[-1])


def main():
    out = BUILD + "/bench"
    os.makedirs(out, exist_ok=True)
    result = {}
    with qemu.Vm(out + "/filters", append="ip=none",
                 extra=["-icount", "shift=0,sleep=off"]) as m:
        m.wait_shell()
        m.run("kextload /test/passthru.kext")
        for kind, _ in KINDS:
            result[kind] = [measure(m, kind, n) for n in COUNTS]
        m.run("kextunload org.unikext.test.passthru")
    with open(out + "/filters.json", "w", encoding="ascii") as f:
        json.dump(result, f, indent=1)
    print("%-28s" % "instructions a packet, with" +
          "".join("%10s" % ("%d filters" % n if n != 1 else "1 filter") for n in COUNTS) +
          "%10s%10s" % ("a filter", "first"))
    for kind, what in KINDS:
        v = result[kind]
        each = (v[3] - v[1]) / (COUNTS[3] - COUNTS[1])
        print("%-28s" % what + "".join("%10.0f" % x for x in v) +
              "%10.1f%10.0f" % (each, v[1] - v[0] - each))


if __name__ == "__main__":
    main()
