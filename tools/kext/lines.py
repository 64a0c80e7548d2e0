# SPDX-License-Identifier: BSD-2-Clause
"""The line table of a kext: which source line an offset in its text is.

Made from the compiler's debug information and put into the section
".unikext.lines", so that a panic names the line without a debugger; the form
is described in kernel/kext/lines.h.
"""
import os
import re
import struct
import subprocess

SECTION = '.unikext.lines'
MAGIC = 0x4e4c4b55
ROW = re.compile(r'^(\S+)\s+(\d+)\s+(0x[0-9a-f]+|0)(?:\s|$)')


def rows(path):
    """(offset, file, line) of a file with debug information, in order."""
    r = subprocess.run(['readelf', '--wide', '--debug-dump=decodedline',
                        path], capture_output=True, text=True, check=False,
                       errors='replace')
    found = {}
    for line in r.stdout.split('\n'):
        m = ROW.match(line)
        if m and int(m.group(2)) < 65536:
            found[int(m.group(3), 16)] = (os.path.basename(m.group(1)),
                                          int(m.group(2)))
    out, last = [], None
    for off in sorted(found):
        if found[off] != last:
            last = found[off]
            out.append((off,) + last)
    return out


def table(path):
    """The section's contents; empty without debug information."""
    table_rows = rows(path)
    if not table_rows:
        return b''
    names = sorted({r[1] for r in table_rows})
    pool, offsets = b'', []
    for n in names:
        offsets.append(len(pool))
        pool += n.encode('latin-1', 'replace') + b'\0'
    out = struct.pack('<IIII', MAGIC, len(names), len(table_rows), len(pool))
    out += b''.join(struct.pack('<I', o) for o in offsets)
    out += b''.join(struct.pack('<IHH', off, names.index(n), line)
                    for off, n, line in table_rows)
    return out + pool
