#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes broken kexts out of a good one.

    mutate.py GOOD.kext FOLDER      write them all, and FOLDER/list
    mutate.py --names               names and expected refusals

Each is a good file with one thing wrong: ELF structure, sections, symbols,
relocations, the bundle, protections, sizes.  FOLDER/list has a line for each:
its name, a tab, and a piece of the refusal's text.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                '..', '..', 'tools', 'kext'))
import elffile                                              # noqa: E402

WRITE, ALLOC, EXEC, TLS = 1, 2, 4, 0x400


class Kext:
    """A file under change."""

    def __init__(self, path):
        self.elf = elffile.ElfFile(path)
        self.data = bytearray(self.elf.data)
        self.shoff, = struct.unpack_from('<Q', self.data, 40)

    def put(self, off, fmt, value):
        """Overwrites a number."""
        struct.pack_into('<' + fmt, self.data, off, value)

    def index(self, name):
        """The number of a section."""
        return [s.name for s in self.elf.sections].index(name)

    def shdr(self, name, field, value):
        """Overwrites a field of a section header."""
        fields = {'name': (0, 'I'), 'type': (4, 'I'), 'flags': (8, 'Q'),
                  'addr': (16, 'Q'), 'offset': (24, 'Q'), 'size': (32, 'Q'),
                  'link': (40, 'I'), 'info': (44, 'I'), 'align': (48, 'Q'),
                  'entsize': (56, 'Q')}
        off, fmt = fields[field]
        i = name if isinstance(name, int) else self.index(name)
        self.put(self.shoff + 64 * i + off, fmt, value)

    def sym(self, name, field, value):
        """Overwrites a field of a symbol."""
        fields = {'name': (0, 'I'), 'info': (4, 'B'), 'other': (5, 'B'),
                  'shndx': (6, 'H'), 'value': (8, 'Q'), 'size': (16, 'Q')}
        off, fmt = fields[field]
        tab = self.elf.section('.symtab')
        i = [s.name for s in self.elf.symbols].index(name)
        self.put(tab.offset + 24 * i + off, fmt, value)

    def rela(self, name, field, value, n=0):
        """Overwrites a field of a relocation."""
        off, fmt = {'offset': (0, 'Q'), 'type': (8, 'I'), 'sym': (12, 'I'),
                    'addend': (16, 'q')}[field]
        self.put(self.elf.section(name).offset + 24 * n + off, fmt, value)

    def bundle(self, old, new):
        """Replaces text in the bundle; as long or shorter."""
        s = self.elf.section('.unikext.bundle')
        text = bytes(self.data[s.offset:s.offset + s.size])
        assert old in text, old
        text = text.replace(old, new, 1)
        assert len(text) <= s.size, (old, new)
        self.data[s.offset:s.offset + s.size] = text.ljust(s.size, b'\0')


def cases():
    """(name, expected text, change) of every mutation."""
    out = []

    def add(name, expect, change):
        out.append((name, expect, change))

    def cut(n):
        def change(k):
            del k.data[n:]
        return change

    def put(off, fmt, value):
        return lambda k: k.put(off, fmt, value)

    def shdr(sec, field, value):
        return lambda k: k.shdr(sec, field, value)

    def sym(name, field, value):
        return lambda k: k.sym(name, field, value)

    def rela(sec, field, value, n=0):
        return lambda k: k.rela(sec, field, value, n)

    def text(old, new):
        return lambda k: k.bundle(old, new)

    # the file and its header
    add('empty', 'too short', cut(0))
    add('one-byte', 'too short', cut(1))
    add('half-header', 'too short', cut(32))
    add('header-only', 'outside the file', cut(64))
    add('cut-in-half', 'outside', lambda k: k.data.__delitem__(
        slice(len(k.data) // 2, None)))
    add('cut-last-byte', 'outside', lambda k: k.data.__delitem__(
        slice(len(k.data) - 1, None)))
    add('no-magic', 'not an ELF file', put(0, 'B', 0))
    add('text-file', 'not an ELF file', lambda k: k.data.__setitem__(
        slice(None), b'#!/bin/sh\n' * 50))
    add('mach-o', 'not an ELF file', put(0, 'I', 0xfeedfacf))
    add('elf32', 'not a 64-bit file', put(4, 'B', 1))
    add('big-endian', 'little-endian', put(5, 'B', 2))
    add('ident-version', 'unknown version', put(6, 'B', 9))
    add('version', 'unknown version', put(20, 'I', 9))
    add('machine-arm', 'another machine', put(18, 'H', 183))
    add('machine-i386', 'another machine', put(18, 'H', 3))
    add('executable', 'not a relocatable file', put(16, 'H', 2))
    add('shared-object', 'not a relocatable file', put(16, 'H', 3))
    add('ehsize', 'header sizes', put(52, 'H', 52))
    add('shentsize', 'header sizes', put(58, 'H', 40))
    add('no-sections', 'sections', put(60, 'H', 0))
    add('one-section', 'sections', put(60, 'H', 1))
    add('many-sections', 'sections', put(60, 'H', 65535))
    add('shoff-far', 'section table', put(40, 'Q', 1 << 40))
    add('shoff-wraps', 'section table', put(40, 'Q', (1 << 64) - 64))
    add('shoff-odd', 'section table', lambda k: k.put(40, 'Q', k.shoff + 1))
    add('shstrndx-zero', 'section names', put(62, 'H', 0))
    add('shstrndx-far', 'section names', put(62, 'H', 5000))
    add('shstrndx-text', 'no string table', put(62, 'H', 1))
    # sections
    add('section-offset', 'outside the file', shdr('.text', 'offset', 1 << 40))
    add('section-wraps', 'outside the file',
        shdr('.text', 'offset', (1 << 64) - 8))
    add('section-size', 'outside the file', shdr('.text', 'size', 1 << 30))
    add('section-size-max', 'outside the file',
        shdr('.data', 'size', (1 << 64) - 1))
    add('section-name', 'its name', shdr('.text', 'name', 1 << 20))
    add('write-exec', 'writable and executable',
        shdr('.text', 'flags', ALLOC | EXEC | WRITE))
    add('data-exec', 'writable and executable',
        shdr('.data', 'flags', ALLOC | EXEC | WRITE))
    add('thread-local', 'thread-local',
        shdr('.data', 'flags', ALLOC | WRITE | TLS))
    add('align-odd', 'alignment', shdr('.data', 'align', 24))
    add('align-huge', 'alignment', shdr('.data', 'align', 1 << 20))
    add('align-max', 'alignment', shdr('.data', 'align', 1 << 63))
    add('bss-huge', 'too large', shdr('.bss', 'size', 1 << 40))
    add('bss-just-too-large', 'larger than', shdr('.bss', 'size', 64 << 20))
    add('section-type', 'has type', shdr('.rodata', 'type', 0x12345))
    add('alloc-strings', 'has type', shdr('.strtab', 'flags', ALLOC))
    # symbols
    add('no-symtab', 'no symbol table', shdr('.symtab', 'type', 1))
    add('two-symtabs', 'two symbol tables',
        shdr('.unikext.bundle', 'type', 2))
    add('symtab-entsize', 'symbol table', shdr('.symtab', 'entsize', 16))
    add('symtab-ragged', 'symbol table', lambda k: k.shdr(
        '.symtab', 'size', k.elf.section('.symtab').size - 1))
    add('symtab-empty', 'symbol table', shdr('.symtab', 'size', 0))
    add('symtab-odd', 'symbol table', lambda k: k.shdr(
        '.symtab', 'offset', k.elf.section('.symtab').offset + 4))
    add('strtab-link', 'for strings', shdr('.symtab', 'link', 999))
    add('strtab-is-text', 'no string table', shdr('.symtab', 'link', 1))
    add('strtab-open', 'not terminated', lambda k: k.put(
        k.elf.section('.strtab').offset + k.elf.section('.strtab').size - 1,
        'B', 65))
    add('symbol-name', 'its name outside', sym('basic_add', 'name', 1 << 24))
    add('symbol-section', 'is in section', sym('basic_add', 'shndx', 4000))
    add('symbol-reserved', 'is in section', sym('basic_add', 'shndx', 0xff01))
    add('symbol-value', 'outside its section',
        sym('basic_add', 'value', 1 << 33))
    add('symbol-size', 'outside its section',
        sym('basic_add', 'size', (1 << 64) - 2))
    add('symbol-common', 'common block', sym('basic_counter', 'shndx', 0xfff2))
    add('symbol-binding', 'has binding', sym('basic_add', 'info', 0x72))
    add('symbol-tls', 'has type', sym('basic_counter', 'info', 0x16))
    add('symbol-ifunc', 'has type', sym('basic_add', 'info', 0x1a))
    add('local-undefined', 'local and undefined',
        sym('snprintf', 'info', 0x00))
    add('undefined-nameless', 'has no name', sym('snprintf', 'name', 0))
    add('no-kmod-info', "no symbol 'kmod_info'", lambda k: k.data.__setitem__(
        slice(None), bytes(k.data).replace(b'\0kmod_info\0',
                                           b'\0kmod_imfo\0')))
    add('kmod-info-small', 'too small', sym('kmod_info', 'size', 64))
    add('kmod-info-in-text', 'wrong section', lambda k: (
        k.sym('kmod_info', 'shndx', 1), k.sym('kmod_info', 'value', 0),
        k.sym('kmod_info', 'size', 0)))
    # relocations
    add('reloc-type', 'is not known', rela('.rela.text', 'type', 200))
    add('reloc-tls', 'is not known', rela('.rela.text', 'type', 19))
    add('reloc-offset', 'is outside', rela('.rela.text', 'offset', 1 << 32))
    add('reloc-offset-wraps', 'is outside',
        rela('.rela.text', 'offset', (1 << 64) - 2))
    add('reloc-at-end', 'is outside', lambda k: k.rela(
        '.rela.text', 'offset', k.elf.section('.text').size - 3))
    add('reloc-symbol', 'names symbol', rela('.rela.text', 'sym', 1 << 20))
    add('reloc-unmapped', 'not mapped', lambda k: k.rela(
        '.rela.text', 'sym', [s.shndx for s in k.elf.symbols].index(
            k.index('.unikext.bundle'))))
    add('reloc-entsize', 'in entries', shdr('.rela.text', 'entsize', 16))
    add('reloc-ragged', 'in entries', lambda k: k.shdr(
        '.rela.text', 'size', k.elf.section('.rela.text').size - 8))
    add('reloc-target', 'for section', shdr('.rela.text', 'info', 999))
    add('reloc-for-bss', 'without contents', lambda k: k.shdr(
        '.rela.data', 'info', k.index('.bss')))
    add('reloc-link', 'use symbol table', shdr('.rela.text', 'link', 1))
    add('reloc-no-addend', 'no addends', shdr('.rela.text', 'type', 9))
    add('reloc-range', 'out of range', rela('.rela.text', 'addend', 1 << 40))
    # undefined symbols
    add('undefined', 'undefined symbol', lambda k: k.data.__setitem__(
        slice(None), bytes(k.data).replace(b'\0snprintf\0',
                                           b'\0snprintx\0')))
    # the bundle
    add('no-bundle', 'has none', shdr('.unikext.bundle', 'name', 0))
    add('bundle-nobits', 'section type', shdr('.unikext.bundle', 'type', 8))
    add('bundle-magic', 'does not begin', text(b'unikext-bundle 1',
                                               b'unikext-bundle 2'))
    add('bundle-empty', 'bundle', shdr('.unikext.bundle', 'size', 0))
    add('bundle-cut', 'cut short', shdr('.unikext.bundle', 'size', 25))
    add('bundle-no-id', 'unexpected line', text(b'\nid ', b'\nix '))
    add('bundle-no-version', 'unexpected line', text(b'\nversion ',
                                                     b'\nversiom '))
    add('bundle-bad-version', 'not a version', text(b'1.2.3', b'1.2.x'))
    add('bundle-long-version', 'not a version', text(b'1.2.3', b'12345'))
    add('bundle-negative', 'not a version', text(b'1.2.3', b'-1'))
    add('bundle-compatible', 'not a compatible', text(b'compatible 1.1',
                                                      b'compatible 1..'))
    add('bundle-above', 'above the version', text(b'compatible 1.1',
                                                  b'compatible 9.1'))
    add('bundle-library-version', 'library version',
        text(b'bsd 8.0.0', b'bsd 8.0.-'))
    add('bundle-library-none', 'malformed', text(b'bsd 8.0.0', b'bsd'))
    add('bundle-binary', 'malformed', text(b'org.unikext', b'\x01\x02\x7f'))
    add('bundle-twice', 'unexpected line',
        text(b'version 1.2.3', b'id a.b.c'))
    return out


def main(argv):
    """Writes the files."""
    if argv == ['--names']:
        for name, expect, _ in cases():
            print('%s\t%s' % (name, expect))
        return 0
    good, folder = argv
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'list'), 'w', encoding='ascii') as f:
        for name, expect, change in cases():
            k = Kext(good)
            change(k)
            with open(os.path.join(folder, name + '.kext'), 'wb') as out:
                out.write(k.data)
            f.write('%s\t%s\n' % (name, expect))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
