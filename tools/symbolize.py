#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Adds source lines to the backtraces in a console log.

usage: symbolize.py [--build DIR] [LOG]        (standard input without LOG)

A frame reads `#2 0xffffffff80131b17 kernel: thread_start+0x47`; the module is
the kernel or the identifier of a kext, whose file is looked for under
DIR/kexts. Frames of modules that are not there stay as they are.
"""
import argparse
import functools
import glob
import os
import re
import subprocess
import sys

FRAME = re.compile(r"#\d+ 0x[0-9a-f]+ ([\w.-]+): ([\w.$]+)\+(0x[0-9a-f]+|0)")


@functools.lru_cache(None)
def functions(path):
    """{name: (section, offset in it)} of a kernel or kext file."""
    out = subprocess.run(["objdump", "-t", path], check=True, capture_output=True,
                         text=True).stdout
    found = {}
    for line in out.splitlines():
        m = re.match(r"([0-9a-f]{16}) (.{7}) (\S+)\t[0-9a-f]{16} (?:\.hidden )?(\S+)$", line)
        if m and (m.group(2)[6] == "F" or m.group(3).startswith(".text")):
            found.setdefault(m.group(4), (m.group(3), int(m.group(1), 16)))
    return found


@functools.lru_cache(None)
def file_of(build, module):
    if module == "kernel":
        return os.path.join(build, "kernel.elf")
    for path in glob.glob(os.path.join(build, "kexts", "**", "*.kext"), recursive=True):
        with open(path, "rb") as f:
            if ("\0%s\0" % module).encode() in f.read() or \
                    os.path.basename(path) == module.rsplit(".", 1)[-1] + ".kext":
                return path + ".debug" if os.path.exists(path + ".debug") else path
    return None


def source_line(build, module, name, off):
    path = file_of(build, module)
    if not path or not os.path.exists(path) or name not in functions(path):
        return None
    section, base = functions(path)[name]
    # A return address belongs to the call before it.
    cmd = ["addr2line", "-e", path, hex(base + max(off - 1, 0))]
    if module != "kernel":
        cmd[1:1] = ["-j", section]
    where = subprocess.run(cmd, check=False, capture_output=True, text=True).stdout.strip()
    return None if not where or ":?" in where or where.startswith("?") else os.path.relpath(where.split(" (")[0])


def main():
    ap = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("log", nargs="?")
    opt = ap.parse_args()
    with open(opt.log, encoding="latin-1") if opt.log else sys.stdin as f:
        for line in f:
            line = line.rstrip("\r\n")
            m = FRAME.search(line)
            where = m and source_line(opt.build, m.group(1), m.group(2), int(m.group(3), 16))
            print(line + ("  (%s)" % where if where else ""))


if __name__ == "__main__":
    main()
