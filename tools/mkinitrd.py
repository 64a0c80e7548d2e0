#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Packs the initial ram disk (cpio, newc).

usage: mkinitrd.py OUT ROOT [DEST=FILE ...]

Everything under ROOT goes in as it lies; each FILE goes in as DEST.  Missing
parent folders are added, names are sorted and times are zero, so that equal
input gives an equal file.
"""
import os
import sys


def entry(name, data, mode, ino):
    name_b = name.encode() + b"\0"
    head = "070701" + "".join("%08X" % v for v in (
        ino, mode, 0, 0, 2 if mode & 0o40000 else 1, 0, len(data), 0, 0, 0, 0,
        len(name_b), 0))
    out = head.encode() + name_b
    out += b"\0" * (-len(out) % 4)
    return out + data + b"\0" * (-len(data) % 4)


def main():
    out, root, *extra = sys.argv[1:]
    files = {}
    for folder, _, names in os.walk(root):
        for n in names:
            path = os.path.join(folder, n)
            files[os.path.relpath(path, root)] = path
    for e in extra:
        dest, path = e.split("=", 1)
        files[dest.lstrip("/")] = path
    dirs = set()
    for dest in files:
        while os.path.dirname(dest):
            dest = os.path.dirname(dest)
            dirs.add(dest)
    ino, blob = 1, b""
    for name in sorted(dirs | set(files)):
        if name in dirs:
            blob += entry(name, b"", 0o40755, ino)
        else:
            with open(files[name], "rb") as f:
                mode = 0o100755 if os.access(files[name], os.X_OK) else 0o100644
                blob += entry(name, f.read(), mode, ino)
        ino += 1
    blob += entry("TRAILER!!!", b"", 0, 0)
    with open(out + ".tmp", "wb") as f:
        f.write(blob)
    os.rename(out + ".tmp", out)


main()
