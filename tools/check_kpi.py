#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""How much of the documented interface is there: a table by header.

    check_kpi.py                 the table
    check_kpi.py --missing       and the names that lack something
    check_kpi.py --check         only faults; status 1 when there are any
    check_kpi.py --kernel FILE   also: does the kernel define what is exported

tools/kpi_table.tsv holds the facts: which header has which name, what kind it
is (function, variable, callback, macro; inline: nothing to export), which set
exports it, and its tier (A and B are wanted, C is optional).  A name is

  declared    when its header declares or defines it
  documented  when a comment stands in front that has the lines which apply:
              Returns: for what has a result, Context: for what runs, and
              Ownership: for what takes a packet
  exported    when kernel/kext/exports/<set>.exports lists it
  covered     when a test kext has a KPI_TEST(name) or KPI_TEST_AS(name, ...)
"""
import argparse
import collections
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KPI = ('kernel/kpi', 'net/kpi')
Row = collections.namedtuple('Row', 'header kind name set tier')
# Declared by the compiler itself, never by a source.
OPERATORS = {'_Znwm', '_Znam', '_ZdlPv', '_ZdaPv'}


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def table():
    lines = read(os.path.join(ROOT, 'tools/kpi_table.tsv')).splitlines()
    return [Row(*line.split('\t')) for line in lines[1:]]


def exports():
    """set -> the symbols its list holds."""
    out = {}
    for path in glob.glob(os.path.join(ROOT, 'kernel/kext/exports/*.exports')):
        name = os.path.basename(path)[:-len('.exports')]
        out[name] = {line.split('#')[0].strip()
                     for line in read(path).splitlines()} - {''}
    return out


def tests():
    """Names with a behaviour test in a kext."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, 'test/kexts/**/*.c*'),
                          recursive=True):
        found |= set(re.findall(r'^KPI_TEST(?:_AS)?\((\w+)', read(path),
                                re.M))
    return found


class Header:
    """The declarations of one header with the comments in front of them."""

    cache = {}

    def __init__(self, name):
        self.text = None
        self.includes = []
        for top in KPI:
            path = os.path.join(ROOT, top, name)
            if os.path.exists(path):
                self.text = read(path)
                self.includes = re.findall(r'^#include <(.*)>', self.text,
                                           re.M)

    @classmethod
    def of(cls, name):
        if name not in cls.cache:
            cls.cache[name] = cls(name)
        return cls.cache[name]

    def find(self, row, deep=True):
        """(declaration, comment) of a row here or in what this header
        includes itself, or None."""
        hit = self.find_here(row) if self.text is not None else None
        if hit is None and deep:
            for name in self.includes:
                hit = hit or Header.of(name).find(row, False)
        return hit

    def find_here(self, row):
        n = re.escape(row.name)
        if row.name in OPERATORS:
            return '', 'Returns: Context:'
        if row.kind == 'macro':
            pats = [r'^[ \t]*#[ \t]*define[ \t]+%s\w*\b' % n]
        elif row.kind == 'variable':
            pats = [r'^(?:extern )?[^\n;{}()#*]*\b%s(?:\[\])?;' % n,
                    r'^SYSCTL_DECL\(%s\)' % re.escape(
                        row.name[len('sysctl_'):-len('_children')]
                        if row.name.startswith('sysctl_') else row.name)]
        elif row.kind == 'callback':
            pats = [r'^typedef [^;{}]*?\(\*%s\)[^;{}]*;' % n,
                    r'^typedef [^;{}()]*\b%s\([^;{}]*;' % n]
        else:
            pats = [r'^[A-Za-z_][^;{}#()/]*?\b%s\([^;{}]*\)[^;{}]*[;{]' % n,
                    r'^[A-Za-z_][^;{}#()/]*?\b%s SYSCTL_HANDLER_ARGS;' % n]
        for pat in pats:
            m = re.search(pat, self.text, re.M)
            if m:
                return m.group(0), self.comment_before(m.start())
        return None

    def comment_before(self, pos):
        head = self.text[:pos].rstrip()
        if not head.endswith('*/'):
            return ''
        return head[head.rindex('/*'):]


def has_result(row, decl):
    if row.kind == 'callback':
        return not re.match(r'typedef\s+void\s*\(\*', decl)
    return not re.match(r'(?:static\s+(?:__inline__|inline)\s+)?void\s+\w',
                        decl)


def takes_packet(row, decl):
    args = decl[decl.find('(', decl.find(row.name)):]
    return re.search(r'(?<!const )\bmbuf_t\b(?!\s*\*)', args) is not None


def documented(row, decl, comment):
    if row.kind in ('macro', 'variable'):
        return row.kind == 'macro' or comment != '' or 'SYSCTL_DECL' in decl
    words = ['Context:']
    if has_result(row, decl):
        words.append('Returns:')
    if takes_packet(row, decl):
        words.append('Ownership:')
    return all(w in comment for w in words)


def kernel_symbols(path):
    out = subprocess.run(['nm', '--defined-only', path], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument('--missing', action='store_true')
    p.add_argument('--check', action='store_true')
    p.add_argument('--kernel', metavar='FILE')
    p.add_argument('--header', metavar='NAME', help='this header only')
    args = p.parse_args()

    sets, covered = exports(), tests()
    lines, faults = collections.OrderedDict(), []
    lacking = collections.defaultdict(list)
    defined = kernel_symbols(args.kernel) if args.kernel else None
    known = {}
    for row in table():
        known[row.name] = row
        if args.header and row.header != args.header:
            continue
        hit = Header.of(row.header).find(row)
        listed = (row.set == '-' or row.name in sets.get(row.set, ()) or
                  row.name in sets.get('runtime', ()))
        if hit and row.set != '-' and not listed and row.tier == 'C':
            faults.append('%s: %s is declared, but %s does not export it'
                          % (row.header, row.name, row.set))
        if listed and row.set != '-' and not hit:
            faults.append('%s: %s is exported, but not declared'
                          % (row.header, row.name))
        if row.set != '-':
            for other, names in sets.items():
                if row.name in names and other not in (row.set, 'runtime'):
                    faults.append('%s is exported by %s, not by %s'
                                  % (row.name, other, row.set))
        if row.tier == 'C':
            continue
        c = lines.setdefault(row.header, [0, 0, 0, 0, 0])
        state = (hit is not None, listed,
                 hit is not None and documented(row, *hit),
                 row.name in covered)
        for i, ok in enumerate(state):
            c[i] += ok
            if not ok:
                lacking[row.name].append(
                    ('declared', 'exported', 'documented', 'covered')[i])
        c[4] += 1
        if hit and not state[2]:
            faults.append('%s: %s is not fully documented'
                          % (row.header, row.name))
    if defined is not None:
        for name, names in sorted(sets.items()):
            for sym in sorted(names - defined):
                faults.append('%s.exports: the kernel has no %s'
                              % (name, sym))
        for name, row in sorted(known.items()):
            if (name in defined and row.set not in ('-', 'private') and
                    name not in sets.get(row.set, ()) and row.tier != 'C'):
                faults.append('%s is there, but %s.exports does not list it'
                              % (name, row.set))

    if not args.check:
        fmt = '%-32s %9s %9s %11s %8s %5s'
        print(fmt % ('header', 'declared', 'exported', 'documented',
                     'covered', 'of'))
        total = [0] * 5
        for name, c in lines.items():
            print(fmt % ((name,) + tuple(c)))
            total = [a + b for a, b in zip(total, c)]
        print(fmt % (('all (tiers A and B)',) + tuple(total)))
        if args.missing:
            for name, what in lacking.items():
                print('%s: not %s' % (name, ', '.join(what)))
    if args.check or args.missing:
        for f in faults:
            print(f)
    return 1 if args.check and faults else 0


if __name__ == '__main__':
    sys.exit(main())
