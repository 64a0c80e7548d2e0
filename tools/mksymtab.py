#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes the kernel's table of function names from a first link.

usage: mksymtab.py NM KERNEL.ELF OUT

The table: u32 count, u32 0, count pairs (u32 offset from text_start, u32
offset into the strings), the strings.  It lies behind the text in the image,
so that including it in a second link moves no function.
"""
import struct
import subprocess
import sys


# section bounds of kernel.ld, no functions
BOUNDS = ("text_start", "text_end", "kernel_start")


def main():
    nm, kernel, out = sys.argv[1:4]
    text = subprocess.run([nm, "--defined-only", kernel], check=True,
                          capture_output=True, text=True).stdout
    funcs, base = {}, 0
    for line in text.splitlines():
        addr, kind, name = line.split(None, 2)
        if name == "text_start":
            base = int(addr, 16)
        if kind in "tTwW" and name not in BOUNDS:
            # of several names for one address, a global one is better
            if kind in "TW" or int(addr, 16) not in funcs:
                funcs[int(addr, 16)] = name
    entries, strings = b"", b""
    count = 0
    for addr in sorted(funcs):
        if addr < base:         # the 32-bit entry
            continue
        entries += struct.pack("<II", addr - base, len(strings))
        strings += funcs[addr].encode() + b"\0"
        count += 1
    with open(out, "wb") as f:
        f.write(struct.pack("<II", count, 0) + entries + strings)


main()
