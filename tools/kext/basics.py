# SPDX-License-Identifier: BSD-2-Clause
"""What every step of a build uses: failures, the SDK, walking a folder."""
import os
import re

SETS = ('bsd', 'iokit', 'libkern', 'mach', 'unsupported')
KPI = 'com.apple.kpi.'
# What sources of 10.4 may name instead: everything the kernel has.
KERNEL = ('com.apple.kernel', 'com.apple.kernel.bsd', 'com.apple.kernel.iokit',
          'com.apple.kernel.libkern', 'com.apple.kernel.mach')
EMPTY = ('com.apple.iokit.IONetworkingFamily',)
BUNDLE_SECTION = '.unikext.bundle'
C_EXT = ('.c',)
CXX_EXT = ('.cpp', '.cc', '.cxx', '.cp', '.C', '.c++', '.mm')
HDR_EXT = ('.h', '.hpp', '.hh', '.pch', '.inc', '.hxx', '.def')
SKIP_DIRS = {'build', 'Build', 'DerivedData', '.git', '.svn', '.hg', 'CVS'}


class Failure(Exception):
    """Something the user has to know; printed without a trace."""


class Several(Failure):
    """The folder makes several kexts; .names are what --target calls them."""

    def __init__(self, names):
        super().__init__('the folder makes several kexts: choose one with '
                         '--target, or a folder with -o: ' + ', '.join(names))
        self.names = names


class Sdk:
    """Where headers, export lists and the start library are."""

    def __init__(self, override, lib):
        self.lib = lib
        root = os.path.realpath(override or os.path.join(lib, '..', '..'))
        if os.path.isdir(os.path.join(root, 'kernel', 'kpi')):
            self.includes = [os.path.join(root, 'kernel', 'kpi'),
                             os.path.join(root, 'net', 'kpi')]
            self.program_include = os.path.join(root, 'kernel', 'program',
                                                'include')
            self.exports_dir = os.path.join(root, 'kernel', 'kext', 'exports')
        else:
            root = os.path.realpath(override or os.path.join(lib, '..'))
            self.includes = [os.path.join(root, 'include')]
            self.program_include = os.path.join(root, 'include-program')
            self.exports_dir = os.path.join(root, 'exports')
            if not os.path.isdir(self.includes[0]):
                raise Failure('no headers found; use --sdk')
        self.root = root
        self._exports = None
        self._headers = None

    def exports(self):
        """Which set each exported symbol is in."""
        if self._exports is None:
            self._exports = {}
            for s in SETS + ('runtime',):
                path = os.path.join(self.exports_dir, s + '.exports')
                if not os.path.isfile(path):
                    continue
                with open(path, encoding='ascii') as f:
                    for line in f:
                        name = line.split('#')[0].strip()
                        if name:
                            self._exports.setdefault(name, s)
        return self._exports

    def header_of(self, name):
        """The header that declares a name, or None."""
        if self._headers is None:
            self._headers = {
                os.path.relpath(p, d): strip_comments(read_text(p))
                for d in self.includes for p in walk(d) if p.endswith('.h')}
        word = re.escape(name)
        declared = re.compile(
            r'^(?:typedef\b[^;{}]*\b%s(?:\[\w*\])?;|'
            r'\}[^;{}]*\b%s;|(?:typedef )?(?:struct|union|enum) %s\s*\{|'
            r'#\s*define\s+%s\b(?!\s*$)|'
            r'(?!typedef\b|#)\w[^;{}()=]*\b%s\s*[(\[;]|'
            r'\s+%s\s*(?:=[^;]*)?,?$)' % ((word,) * 6), re.M)
        found = [h for h, text in self._headers.items()
                 if name in text and declared.search(text)]
        return min(found, key=lambda h: (h.count(os.sep), len(h)),
                   default=None)


def walk(top):
    """Files under top, without build products and version control."""
    for path, dirs, files in os.walk(top):
        dirs[:] = sorted(d for d in dirs if d not in SKIP_DIRS and
                         not d.startswith('.'))
        for f in sorted(files):
            yield os.path.join(path, f)


def read_text(path):
    """A file as text, whatever its encoding and line ends are."""
    with open(path, encoding='utf-8', errors='replace') as f:
        return f.read()


def strip_comments(text):
    """C without comments; strings are kept."""
    return re.sub(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*',
                  lambda m: m.group(1) or ' ', text, flags=re.S)


def find_folded(wanted, names):
    """The one of names that is `wanted` but for upper and lower case."""
    same = [n for n in names if n.lower() == wanted.lower()]
    return wanted if wanted in same else same[0] if same else None


def on_disk(path):
    """A path as it is spelled on disk: projects come from file systems that
    do not tell upper from lower case.  None when there is no such file."""
    if os.path.exists(path):
        return path
    head, tail = os.path.split(path)
    if not tail or head == path:
        return None
    head = on_disk(head)
    if head is None or not os.path.isdir(head):
        return None
    name = find_folded(tail, os.listdir(head))
    return os.path.join(head, name) if name else None
