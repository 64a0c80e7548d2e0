# SPDX-License-Identifier: BSD-2-Clause
"""Reads relocatable ELF64 files: sections, symbols, relocations."""
import struct

SHN_UNDEF, SHN_ABS = 0, 0xfff1
SHT_SYMTAB, SHT_NOBITS = 2, 8
LOCAL, GLOBAL, WEAK = 0, 1, 2


class Section:
    """One section header, with its name and its place in the file."""

    def __init__(self, name, fields):
        self.name = name
        (_, self.type, self.flags, _, self.offset, self.size, self.link,
         self.info, self.align, self.entsize) = fields


class Symbol:
    """One symbol, with its name."""

    def __init__(self, name, info, other, shndx, value, size):
        self.name, self.shndx, self.value, self.size = name, shndx, value, size
        self.bind, self.type = info >> 4, info & 15
        self.hidden = (other & 3) in (1, 2)
        self.undefined = shndx == SHN_UNDEF

    def exported(self):
        """Whether another kext could link to it."""
        return (not self.undefined and self.bind != LOCAL and
                not self.hidden and self.type in (0, 1, 2))


class ElfFile:
    """The parts of a file that this tool needs."""

    def __init__(self, path):
        with open(path, 'rb') as f:
            self.data = f.read()
        d = self.data
        if len(d) < 64 or d[:4] != b'\x7fELF' or d[4] != 2:
            raise ValueError('%s is not a 64-bit ELF file' % path)
        shoff, = struct.unpack_from('<Q', d, 40)
        _, shnum, shstr = struct.unpack_from('<HHH', d, 58)
        raw = [struct.unpack_from('<IIQQQQIIQQ', d, shoff + 64 * i)
               for i in range(shnum)]
        names = raw[shstr]
        self.sections = [Section(self.string(names[4], r[0]), r) for r in raw]
        self.symbols = []
        for s in self.sections:
            if s.type == SHT_SYMTAB:
                self._symbols(s)

    def string(self, table, at):
        """The string `at` bytes into the table at offset `table`."""
        start = table + at
        return self.data[start:self.data.index(b'\0', start)].decode(
            'latin-1')

    def _symbols(self, s):
        strtab = self.sections[s.link].offset
        for off in range(s.offset, s.offset + s.size, 24):
            name, info, other, shndx, value, size = struct.unpack_from(
                '<IBBHQQ', self.data, off)
            self.symbols.append(Symbol(self.string(strtab, name), info,
                                       other, shndx, value, size))

    def section(self, name):
        """The section of that name, or None."""
        for s in self.sections:
            if s.name == name:
                return s
        return None

    def bytes(self, s):
        """The contents of a section."""
        if s.type == SHT_NOBITS:
            return b''
        return self.data[s.offset:s.offset + s.size]

    def defined(self, name):
        """The definition of a symbol, or None."""
        for s in self.symbols:
            if s.name == name and not s.undefined:
                return s
        return None

    def undefined(self):
        """Names that must come from elsewhere, in order, weak ones too."""
        return [s for s in self.symbols if s.undefined and s.name]
