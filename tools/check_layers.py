#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom.

Quoted includes name files from the root of the tree and go downward only;
angle brackets are what a kext may see.  The table below is the whole rule.
Prints one line for each include that breaks it; the status is 1 if any did.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What arch may use of the kernel: what exists before there are threads, and
# the calls upward in trap.h.
KERNEL_BASE = ["kernel/lib/", "kernel/trap.h", "kernel/mm/", "kernel/console/",
               "kernel/initcall.h", "kernel/linker_set.h", "kernel/kassert.h",
               "kernel/panic.h", "kernel/cmdline.h", "kernel/bootinfo.h"]
NET_ORDER = ["common", "mbuf", "dlil", "socket"]


def allowed(path):
    """Prefixes that this file may quote, None for anything."""
    top = path.split("/")[0]
    if path.startswith(("test/guest/", "test/unit/", "test/lib/", "test/fuzz/")):
        return None
    if top == "arch":
        return ["arch/"] + KERNEL_BASE
    if top == "kernel":
        # Programs of a subsystem live beside it and use its listings.
        return ["arch/", "kernel/"]
    if top == "drivers":
        return ["arch/", "kernel/", "drivers/"]
    if top == "net":
        part = path.split("/")[1]
        base = ["arch/", "kernel/"]
        if part in NET_ORDER:
            n = NET_ORDER.index(part) + 1
            return base + ["net/%s/" % p for p in NET_ORDER[:n]]
        if part in ("inet", "system", "ndrv", "route"):
            return base + ["net/%s/" % p for p in NET_ORDER + [part]] + \
                (["lwip/", "netif/", "arch/", "lwipopts"] if part == "inet" else [])
        if part == "cmds":
            return base + ["net/"]
        return base + ["net/"]
    if top == "kexts" and path.endswith("_tool.c"):
        # The kext's program: a shell command like any other.
        return ["kernel/shell/command.h", os.path.dirname(path) + "/"]
    if path.startswith("test/kexts/"):
        # A test kext may be a variant of its neighbour.
        return ["../"]
    if top == "kexts":
        return []
    return None


def files():
    out = subprocess.run(["git", "-C", ROOT, "ls-files", "*.c", "*.h", "*.S", "*.cpp"],
                         capture_output=True, text=True, check=True).stdout
    return out.split()


def main():
    bad = 0
    for path in files():
        rule = allowed(path)
        if rule is None:
            continue
        here = os.path.dirname(path)
        with open(os.path.join(ROOT, path), encoding="utf-8") as f:
            for n, line in enumerate(f, 1):
                m = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
                if not m:
                    continue
                name = m.group(1)
                own = "/" not in name and os.path.exists(os.path.join(ROOT, here, name))
                if own and (path.startswith(("kexts/", "test/kexts/"))):
                    continue
                if any(name == p or name.startswith(p) for p in rule):
                    continue
                print('%s:%d: may not include "%s"' % (path, n, name))
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
