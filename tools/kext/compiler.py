# SPDX-License-Identifier: BSD-2-Clause
"""Compiling and linking: the flags, and one build's folder of objects."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import xcode
from basics import (C_EXT, CXX_EXT, Failure, HDR_EXT, find_folded,
                    on_disk, walk)
from bundle import expand_soft
from sources import find_project


# What a compiler for this host defines and the reference's does not, and the
# other way round.
HOST_MACROS = ('linux', '__linux', '__linux__', '__gnu_linux__', 'unix',
               '__unix', '__unix__')
APPLE_MACROS = ('__APPLE__=1', '__MACH__=1', '__APPLE_CC__=6000',
                '__LITTLE_ENDIAN__=1', '__STATIC__=1', '__APPLE_KEXT__=1',
                '__private_extern__=__attribute__((visibility("hidden")))')


def minimum_macro(text):
    """The deployment target as the compiler's macro has it.  A 64-bit kext
    can not mean less than 10.6, and the headers are those of 10.15."""
    m = re.match(r'10\.(\d+)', text or '')
    minor = min(max(int(m.group(1)), 6), 15) if m else 15
    return '__ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__=%d' % (
        1000 + minor * 10 if minor < 10 else 100000 + minor * 100)


class Build:
    """One build: the folder, what was found in it, and where it goes."""

    def __init__(self, sdk, opt):
        self.sdk, self.opt = sdk, opt
        opt.dir = os.path.abspath(opt.dir)
        if not os.path.isdir(opt.dir):
            raise Failure('%s is not a folder' % opt.dir)
        self.tmp = tempfile.mkdtemp(prefix='kextbuild.')
        self.folded = os.path.join(self.tmp, 'include')
        os.mkdir(self.folded)
        self.count = 0
        self.deps = set()
        self.messages = []
        self._modern_lines()
        self.target = None if opt.program and not opt.target else \
            find_project(opt, self.say)
        self.settings = (self.target.settings(opt.configuration)
                         if self.target else {})
        self.variables = self._variables()
        self.defines = self._defines()
        self.extra = []

    def say(self, text):
        """A remark."""
        self.messages.append(text)
        if self.opt.verbose:
            print('kextbuild: ' + text, file=sys.stderr)

    def warn(self, text):
        """A remark that is always shown."""
        self.messages.append(text)
        if not self.opt.quiet:
            print('kextbuild: ' + text, file=sys.stderr)

    def _modern_lines(self):
        """Sources whose lines end with a carriage return alone, from the
        time before 10.0, are built from a copy of the folder."""
        old = []
        for p in walk(self.opt.dir):
            if p.endswith(C_EXT + CXX_EXT + HDR_EXT):
                with open(p, 'rb') as f:
                    data = f.read()
                if b'\r' in data and b'\n' not in data:
                    old.append((os.path.relpath(p, self.opt.dir), data))
        if not old:
            return
        copy = os.path.join(self.tmp, 'source', os.path.basename(self.opt.dir))
        shutil.copytree(self.opt.dir, copy, symlinks=True)
        for name, data in old:
            with open(os.path.join(copy, name), 'wb') as f:
                f.write(data.replace(b'\r', b'\n') + b'\n')
        self.say('line ends converted: ' + ', '.join(n for n, _ in old))
        self.opt.dir = copy

    def _variables(self):
        base = os.path.basename(self.opt.dir)
        name = self.target.name if self.target else base
        out = {'TARGET_NAME': name, 'TARGETNAME': name, 'PRODUCT_NAME': name,
               'PROJECT_NAME': base, 'EXECUTABLE_NAME': '$(PRODUCT_NAME)',
               'WRAPPER_EXTENSION': 'kext', 'ARCHS': 'x86_64',
               'CONFIGURATION': self.opt.configuration,
               'DEVELOPMENT_LANGUAGE': 'en', 'SRCROOT': self.opt.dir,
               'PROJECT_DIR': self.opt.dir, 'SDKROOT': self.sdk.root,
               'MACOSX_DEPLOYMENT_TARGET': '10.15',
               'PRODUCT_BUNDLE_PACKAGE_TYPE': 'KEXT'}
        if self.target:
            out['SRCROOT'] = out['PROJECT_DIR'] = self.target.dir
            out['PROJECT_NAME'] = self.target.project_name
        for k, v in self.settings.items():
            if k == 'PRODUCT_NAME' and v == '$(TARGET_NAME)':
                continue
            out[k] = v
        if self.opt.module:
            out['MODULE_NAME'] = self.opt.module
        for d in self.opt.define:
            k, _, v = d.partition('=')
            out[k] = v.strip('"').replace('\\"', '')
        return out

    def _defines(self):
        """The -D flags of the project and of the command line."""
        flags = []
        values = []
        for key in ('GCC_PREPROCESSOR_DEFINITIONS',
                    'GCC_PREPROCESSOR_DEFINITIONS_NOT_USED_IN_PRECOMPS'):
            values += words(self.settings.get(key))
        for w in values:
            flags.append('-D' + xcode.unquote(expand_soft(w, self.variables)))
        for key in ('OTHER_CFLAGS', 'OTHER_CPLUSPLUSFLAGS'):
            ws = words(self.settings.get(key))
            for i, w in enumerate(ws):
                w = xcode.unquote(expand_soft(w, self.variables))
                if w.startswith(('-D', '-U')) and len(w) > 2:
                    flags.append(w)
                elif w.startswith('-I') and len(w) > 2:
                    flags += self._own_folder(w[2:])
                elif w in ('-D', '-U') and i + 1 < len(ws):
                    flags.append(w + xcode.unquote(
                        expand_soft(ws[i + 1], self.variables)))
                elif w == '-include' and i + 1 < len(ws):
                    name = os.path.join(self.variables['SRCROOT'],
                                        xcode.unquote(ws[i + 1]))
                    if os.path.isfile(name):
                        flags += ['-include', name]
        flags = [f for i, f in enumerate(flags)
                 if (f not in flags[:i] or f == '-include') and not any(
                     f.split('=')[0] == '-D' + u for u in self.opt.undefine)]
        return flags + ['-D' + d for d in self.opt.define]

    def _own_folder(self, name):
        """-I for a folder that a project names; the reference system's own
        and this host's are none of them."""
        name = name.strip('"')
        path = os.path.normpath(os.path.join(self.variables['SRCROOT'],
                                             name.replace('/**', '')))
        path = on_disk(path)
        if not path or not os.path.isdir(path) or (
                os.path.isabs(name) and not path.startswith(self.opt.dir)):
            return []
        out = ['-I', path]
        if name.endswith('/**'):
            for p in walk(path):
                if p.endswith(HDR_EXT) and os.path.dirname(p) not in out:
                    out += ['-I', os.path.dirname(p)]
        return out

    def prefix_header(self):
        """The prefix header, or None."""
        if self.opt.prefix:
            return os.path.abspath(self.opt.prefix)
        name = self.settings.get('GCC_PREFIX_HEADER')
        if not name:
            return None
        name = xcode.unquote(expand_soft(name, self.variables))
        path = on_disk(os.path.join(self.variables['SRCROOT'], name))
        if path and os.path.isfile(path):
            return path
        for p in walk(self.opt.dir):
            if os.path.basename(p) == os.path.basename(name):
                return p
        self.say('prefix header %s is not there' % name)
        return None

    def include_flags(self):
        """What the command line and the project name, every folder that has
        headers for names in quotes, the SDK, and those folders once more."""
        dirs = {self.opt.dir: None}
        for p in walk(self.opt.dir):
            if p.endswith(HDR_EXT):
                dirs[os.path.dirname(p)] = None
        parents = {}
        for d in dirs:
            while len(d) > len(self.opt.dir):
                d = os.path.dirname(d)
                if d not in dirs:
                    parents[d] = None
        out = []
        for d in self.opt.include:
            out += ['-I', os.path.abspath(d)]
        for key in ('USER_HEADER_SEARCH_PATHS', 'HEADER_SEARCH_PATHS'):
            for w in words(self.settings.get(key)):
                out += self._own_folder(xcode.unquote(
                    expand_soft(w, self.variables)))
        for d in dirs:
            out += ['-iquote', d]
        if self.opt.program:
            out += ['-I', self.sdk.program_include]
        for d in self.sdk.includes:
            out += ['-I', d]
        for d in list(dirs) + list(parents) + [self.folded]:
            out += ['-idirafter', d]
        return out

    def base_flags(self):
        """What every kext source is compiled with."""
        prefix = '-ffile-prefix-map=%s=%s' % (
            self.opt.dir, os.path.basename(self.opt.dir))
        flags = ['-O2', '-g', '-ffreestanding', '-nostdinc', '-fno-builtin',
                 '-m64', '-march=x86-64', '-mcmodel=kernel', '-mno-red-zone',
                 '-mgeneral-regs-only', '-fno-pic', '-fno-pie',
                 '-fcf-protection=none', '-fno-asynchronous-unwind-tables',
                 '-fno-strict-aliasing', '-fno-omit-frame-pointer',
                 '-fno-optimize-sibling-calls', '-fcommon',
                 '-fstack-protector-strong', '-mstack-protector-guard=global',
                 prefix]
        flags += ['-U' + m for m in HOST_MACROS]
        flags += ['-D' + m for m in APPLE_MACROS]
        flags.append('-D' + minimum_macro(
            self.settings.get('MACOSX_DEPLOYMENT_TARGET')))
        if self.opt.program:
            return flags
        return flags + ['-DKERNEL=1', '-DKEXT=1']

    def language_flags(self, path):
        """Standard and warnings for one source."""
        if path.endswith(C_EXT):
            std = self.opt.std or self.settings.get('GCC_C_LANGUAGE_STANDARD')
            std = {None: 'gnu11', '': 'gnu11', 'ansi': 'gnu89',
                   'compiler-default': 'gnu11'}.get(std, std)
            flags = ['-std=' + std, '-Werror=implicit-function-declaration']
            if self.opt.strict:
                flags += ['-Wall', '-Wextra', '-Werror', '-Wno-unused-'
                          'parameter', '-Wno-sign-compare', '-Wshadow',
                          '-Wvla', '-Wmissing-prototypes',
                          '-Wstrict-prototypes']
            return flags
        std = self.settings.get('CLANG_CXX_LANGUAGE_STANDARD', 'gnu++98')
        if not std.startswith(('gnu++', 'c++')):
            std = 'gnu++98'
        flags = ['-x', 'c++', '-std=' + std, '-fno-exceptions', '-fno-rtti',
                 '-fno-threadsafe-statics', '-fno-use-cxa-atexit',
                 '-fcheck-new']
        if 'clang' not in os.path.basename(self.opt.cc):
            flags += ['-fno-gnu-unique', '-fpermissive']
        else:
            flags.remove('-fcheck-new')
        flags += ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter'] \
            if self.opt.strict else ['-w']
        return flags

    def command(self, args):
        """Runs a tool; its complaint is ours."""
        if self.opt.verbose:
            print(' '.join(args), file=sys.stderr)
        try:
            r = subprocess.run(args, capture_output=True, text=True,
                               check=False, errors='replace')
        except OSError as e:
            raise Failure('%s can not be run: %s' % (args[0], e)) from e
        if r.returncode != 0:
            raise Failure('%s failed:\n%s' % (
                os.path.basename(args[0]), r.stderr.rstrip()))
        if r.stderr and (self.opt.strict or self.opt.verbose):
            sys.stderr.write(r.stderr)

    def compile(self, path, flags=(), own=False):
        """Compiles one source; the object's path."""
        self.count += 1
        obj = os.path.join(self.tmp, '%03d.%s.o' % (
            self.count, os.path.basename(path)))
        dep = obj + '.d'
        args = [self.opt.cc] + self.base_flags() + self.language_flags(path)
        if own:
            for d in self.sdk.includes:
                args += ['-I', d]
        else:
            args += self.include_flags() + self.defines + self.extra
            prefix = self.prefix_header()
            if prefix:
                args += ['-include', prefix]
            for f in flags:
                f = xcode.unquote(expand_soft(f, self.variables))
                if f.startswith(('-D', '-U')):
                    args.append(f)
                elif f.startswith('-I'):
                    args += self._own_folder(f[2:])
            args += self.opt.cflag
        args += ['-MMD', '-MF', dep, '-c', path, '-o', obj]
        while True:
            try:
                self.command(args)
                break
            except Failure as e:
                missing = MISSING.search(str(e))
                if own or not missing:
                    raise
                missing = [g for g in missing.groups() if g]
                if not self._fold(missing[2]):
                    raise Failure(self._no_header(*missing)) from e
        with open(dep, encoding='utf-8') as f:
            text = f.read().replace('\\\n', ' ')
        self.deps.update(text.split(':', 1)[1].split())
        return obj

    def _fold(self, name):
        """Makes a header findable that is there, but spelled in other letters
        or without the folder in front; whether that was so."""
        link = os.path.join(self.folded, name)
        tail = os.path.basename(name)
        found = [p for p in walk(self.opt.dir)
                 if find_folded(tail, [os.path.basename(p)])]
        for d in self.sdk.includes:
            path = on_disk(os.path.join(d, name))
            if path:
                found = [path]
        if os.path.lexists(link) or len(found) != 1:
            return False
        self.say('<%s> taken to be %s' % (name, found[0]))
        os.makedirs(os.path.dirname(link), exist_ok=True)
        os.symlink(found[0], link)
        return True

    def _no_header(self, where, line, name):
        """The sentence about a header that is nowhere."""
        where = os.path.relpath(where, self.opt.dir) \
            if os.path.isabs(where) else where
        text = '%s:%s includes "%s", which ' % (where, line, name)
        if re.match(r'IOKit/|libkern/c\+\+/', name):
            return text + ('belongs to the I/O Kit\'s classes: the SDK has the '
                           'BSD, libkern and Mach interfaces in C only')
        scripts = self.target.scripts() if self.target else []
        for script, body in scripts:
            if os.path.basename(name) in body:
                return text + ('the project\'s script "%s" would make: make it '
                               'and give its folder with -I' % script)
        return text + ('is neither in the folder nor in the SDK: if something '
                       'generates it, make it and give its folder with -I')

    def write(self, name, text):
        """A generated source; its path."""
        path = os.path.join(self.tmp, name)
        with open(path, 'w', encoding='ascii') as f:
            f.write(text)
        return path

    def link(self, objs, out, strip=False):
        """Merges objects into one file."""
        self.command(['ld', '-r', '-m', 'elf_x86_64', '-d',
                      '--force-group-allocation', '-z', 'noexecstack', '-T',
                      os.path.join(self.sdk.lib, 'kext.ld'), '-o', out] +
                     (['-S'] if strip else []) + objs)

    def clean(self):
        """Removes everything temporary."""
        shutil.rmtree(self.tmp, ignore_errors=True)


MISSING = re.compile(r'^(.*?):(\d+):\d+: fatal error: (.+?): No such file|'
                     r"^(.*?):(\d+):\d+: fatal error: '(.+?)' file not found",
                     re.M)


def words(value):
    """A setting as a list of words."""
    return xcode.words(value) if value else []
