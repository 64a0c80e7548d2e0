# SPDX-License-Identifier: BSD-2-Clause
"""Compiling and linking: the flags, and one build's folder of objects."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import dialect
import makefile
import repair
import xcode
from basics import (C_EXT, CXX_EXT, Failure, HDR_EXT, find_folded,
                    on_disk, walk)
from bundle import PATTERN, expand_soft
from sources import find_project


# What a compiler for this host defines and the reference's does not, and the
# other way round.
HOST_MACROS = ('linux', '__linux', '__linux__', '__gnu_linux__', 'unix',
               '__unix', '__unix__')
# Flags of the author's that change what the source means.
MEANT = re.compile(r'-f(no-)?((un)?signed-(char|bitfields)|short-enums|'
                   r'pack-struct(=\d+)?|gnu89-inline|wrapv)')
APPLE_MACROS = ('__APPLE__=1', '__MACH__=1', '__APPLE_CC__=6000',
                '__LITTLE_ENDIAN__=1', '__STATIC__=1', '__APPLE_KEXT__=1',
                '__private_extern__=__attribute__((visibility("hidden")))')
# What gcc has not, and headers and sources ask clang with.
CLANG_MACROS = ('__has_feature(x)=0', '__has_extension(x)=0',
                '_Nonnull=', '_Nullable=', '_Null_unspecified=',
                '__nonnull=', '__nullable=', '__null_unspecified=')


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
        if os.path.isfile(os.path.join(opt.dir, 'project.pbxproj')):
            opt.dir = os.path.dirname(opt.dir)
        if not os.path.isdir(opt.dir):
            raise Failure('%s is not a folder' % opt.dir)
        self.tmp = tempfile.mkdtemp(prefix='kextbuild.')
        self.folded = os.path.join(self.tmp, 'include')
        os.mkdir(self.folded)
        self.count = 0
        self.deps = set()
        self.messages = []
        self.original = opt.dir
        self.extra = []
        try:
            self._settle()
        except Failure:
            self.clean()
            raise

    def _settle(self):
        """What the folder says, before anything is compiled."""
        opt = self.opt
        self._modernized()
        self.target = None if opt.program and not opt.target else \
            find_project(opt, self.say)
        self.settings = (self.target.settings(opt.configuration)
                         if self.target else {})
        self.variables = self._variables()
        self.defines = self._defines()

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

    def _modernized(self):
        """Sources with what this compiler does not know, though the
        reference's did, are built from a copy of the folder."""
        old = {}
        for p in walk(self.opt.dir):
            if p.endswith(C_EXT + CXX_EXT + HDR_EXT):
                with open(p, 'rb') as f:
                    data = f.read()
                new = dialect.modern(data)
                if new != data:
                    old[os.path.relpath(p, self.opt.dir)] = new
        if not old:
            return
        copy = os.path.join(self.tmp, 'source', os.path.basename(self.opt.dir))
        shutil.copytree(self.opt.dir, copy, symlinks=True)
        for name, data in old.items():
            with open(os.path.join(copy, name), 'wb') as f:
                f.write(data)
        self.say('converted: ' + ', '.join(old))
        self.original, self.opt.dir = self.opt.dir, copy

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
        out.update(makefile.package(self.opt.dir))
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
            values += self.words(key)
        for w in values:
            flags.append('-D' + w)
        for key in ('GCC_CHAR_IS_UNSIGNED_CHAR', 'GCC_SHORT_ENUMS'):
            if self.settings.get(key) == 'YES':
                flags.append('-funsigned-char' if 'CHAR' in key
                             else '-fshort-enums')
        for key in ('OTHER_CFLAGS', 'OTHER_CPLUSPLUSFLAGS',
                    'PER_ARCH_CFLAGS_x86_64', 'OTHER_CFLAGS_x86_64',
                    'OTHER_CFLAGS_normal'):
            flags += self._meant(self.words(key))
        once = []
        for f in flags:
            if f[0] == '-x':
                continue
            name = f[0] + f[1].split('=')[0] if isinstance(f, tuple) \
                else f.split('=')[0]
            if f not in once and name not in (
                    '-D' + u for u in self.opt.undefine):
                once.append(f)
        flags = [w for f in once for w in (f if isinstance(f, tuple) else [f])]
        return flags + ['-D' + d for d in self.opt.define]

    def words(self, key):
        """A setting's words, with variables replaced and unquoted."""
        return self.unfolded(words(self.settings.get(key)))

    def unfolded(self, ws):
        """Words with their variables, which may hold several words."""
        out = []
        for w in ws:
            m = PATTERN.fullmatch(w.strip('"'))
            value = self.variables.get(m.group(1) or m.group(2)) if m else None
            if value is None or w.startswith('"'):
                out.append(xcode.unquote(expand_soft(w, self.variables)))
            else:
                out += [xcode.unquote(v) for v in words(
                    [expand_soft(e, self.variables) for e in value]
                    if isinstance(value, list)
                    else expand_soft(value, self.variables))]
        return out

    def _meant(self, ws):
        """Of the author's flags, those that change what the source means;
        those with an argument of their own as tuples."""
        flags, i = [], 0
        while i < len(ws):
            w = ws[i]
            argument = ws[i + 1] if i + 1 < len(ws) else ''
            folder = re.match(r'-(I|iquote|isystem|idirafter)(.*)', w)
            i += 1
            if w in ('-D', '-U'):
                flags.append(w + argument)
            elif w.startswith(('-D', '-U')) or MEANT.fullmatch(w):
                flags.append(w)
            elif folder:
                found = self._own_folder(folder.group(2) or argument)
                flags += [tuple(found[k:k + 2]) for k in range(0, len(found),
                                                               2)]
            elif w in ('-include', '-imacros'):
                name = on_disk(os.path.join(self.variables['SRCROOT'],
                                            argument))
                if name and os.path.isfile(name):
                    flags.append((w, name))
            elif w == '-x':
                flags.append((w, argument))
            elif w.startswith('-x') and w[2:] in ('c', 'c++'):
                flags.append(('-x', w[2:]))
            else:
                continue
            if w in ('-D', '-U', '-I', '-iquote', '-isystem', '-idirafter',
                     '-include', '-imacros', '-x'):
                i += 1
        return flags

    def _own_folder(self, name):
        """-I for a folder that a project names; the reference system's own
        and this host's are none of them."""
        name = name.strip('"')
        path = os.path.normpath(os.path.join(self.variables['SRCROOT'],
                                             name.replace('/**', '')))
        path = on_disk(path)
        if not path or not os.path.isdir(path) or (
                os.path.isabs(name) and not name.startswith(
                    (self.opt.dir, self.variables['SRCROOT']))):
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
            for w in self.words(key):
                out += self._own_folder(w)
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
        if 'clang' not in os.path.basename(self.opt.cc):
            flags += ['-D' + m for m in CLANG_MACROS]
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
            flags = ['-std=' + std, '-Werror=implicit-function-declaration',
                     '-Werror=trampolines']
            if 'clang' in os.path.basename(self.opt.cc):
                flags.pop()
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
                               check=False, errors='replace',
                               env=dict(os.environ, LC_ALL='C'))
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
        own_flags = [w for f in self._meant(self.unfolded(flags)) for w in
                     (f if isinstance(f, tuple) else [f])]
        plus = 'c++' in own_flags or (
            path.endswith(C_EXT) and self.settings.get(
                'GCC_INPUT_FILETYPE') == 'sourcecode.cpp.cpp')
        args = [self.opt.cc] + self.base_flags() + self.language_flags(
            'x.cc' if plus else path)
        if own:
            for d in self.sdk.includes:
                args += ['-I', d]
        else:
            args += self.include_flags() + self.defines + self.extra
            prefix = self.prefix_header()
            if prefix:
                args += ['-include', prefix]
            args += own_flags + self.opt.cflag
        last = ['-MMD', '-MF', dep, '-c', path, '-o', obj]
        helped = []
        while True:
            try:
                self.command(args + helped + last)
                break
            except Failure as e:
                if own:
                    raise
                more = repair.attempt(self, path, str(e), helped)
                if more is None:
                    raise Failure(str(e).replace(self.opt.dir,
                                                 self.original)) from e
                helped += more
        with open(dep, encoding='utf-8') as f:
            text = f.read().replace('\\\n', ' ')
        self.deps.update(text.split(':', 1)[1].split())
        return obj

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


def words(value):
    """A setting as a list of words."""
    return xcode.words(value) if value else []
