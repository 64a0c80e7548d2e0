# SPDX-License-Identifier: BSD-2-Clause
"""What the reference's compilers read differently, rewritten.

Lines keep their numbers, so that messages point into the author's file.
"""
import re

ALIGN = re.compile(rb'^([ \t]*#[ \t]*pragma[ \t]+)options[ \t]*\(?[ \t]*align[ '
                   rb'\t]*=[ \t]*(\w+)[ \t]*\)?', re.M)
PACK = {b'packed': b'pack(push, 1)', b'mac68k': b'pack(push, 2)',
        b'reset': b'pack(pop)'}


def modern(data):
    """The bytes of a source as this compiler has to read them."""
    if b'\r' in data and b'\n' not in data:
        # From the time before 10.0: a carriage return alone ends a line.
        data = data.replace(b'\r', b'\n') + b'\n'
    if data[:2] in (b'\xff\xfe', b'\xfe\xff'):
        try:
            data = data.decode('utf-16').encode()
        except ValueError:
            pass
    if b'align' in data:
        # Unknown here, and layouts would change without a word.
        data = ALIGN.sub(lambda m: m.group(1) + PACK.get(
            m.group(2), b'pack(push)'), data)
    return data
