# SPDX-License-Identifier: BSD-2-Clause
"""The steps of a kext's build; see kextbuild."""
import fnmatch
import json
import os
import plistlib
import re
import shutil
import subprocess
import sys
import tempfile

import elffile
import lines
import xcode

SETS = ('bsd', 'iokit', 'libkern', 'mach', 'unsupported')
KPI = 'com.apple.kpi.'
BUNDLE_SECTION = '.unikext.bundle'
C_EXT = ('.c',)
CXX_EXT = ('.cpp', '.cc', '.cxx', '.cp', '.C', '.c++', '.mm')
HDR_EXT = ('.h', '.hpp', '.hh', '.pch', '.inc', '.hxx', '.def')
SKIP_DIRS = {'build', 'Build', 'DerivedData', '.git', '.svn', '.hg', 'CVS'}
# Headers of the applications' C library: a source that includes them for the
# kernel side is not part of a kext.
USER_HEADERS = {'stdio.h', 'stdlib.h', 'unistd.h', 'ctype.h', 'locale.h',
                'math.h', 'arpa/inet.h', 'err.h', 'getopt.h', 'netdb.h',
                'pthread.h', 'signal.h', 'syslog.h', 'sysexits.h', 'errno.h',
                'assert.h', 'time.h', 'fcntl.h', 'iostream',
                'CoreFoundation/CoreFoundation.h',
                'Foundation/Foundation.h', 'Cocoa/Cocoa.h',
                'SystemConfiguration/SystemConfiguration.h'}
VERSION = re.compile(r'\d{1,4}(\.\d{1,2}){0,2}(([dab]|fc?)\d{1,3})?$')


class Failure(Exception):
    """Something the user has to know; printed without a trace."""


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


# --- what is in the folder --------------------------------------------------

def walk(top):
    """Files under top, without build products and version control."""
    for path, dirs, files in os.walk(top):
        dirs[:] = sorted(d for d in dirs if d not in SKIP_DIRS and
                         not d.startswith('.'))
        for f in sorted(files):
            yield os.path.join(path, f)


def strip_comments(text):
    """C without comments; strings are kept."""
    return re.sub(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/|//[^\n]*',
                  lambda m: m.group(1) or ' ', text, flags=re.S)


def kernel_side(text):
    """The lines a compiler with KERNEL defined could see."""
    out, stack = [], []
    for line in text.split('\n'):
        m = re.match(r'\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)', line)
        if not m:
            if all(stack):
                out.append(line)
            continue
        word, cond = m.group(1), m.group(2).strip()
        if word == 'endif':
            if stack:
                stack.pop()
        elif word == 'else':
            if stack:
                stack[-1] = not stack[-1] if stack[-1] is not None else None
        elif word != 'elif':
            stack.append(_condition(word, cond))
        stack = [True if s is None else s for s in stack]
    return '\n'.join(out)


def _condition(word, cond):
    if re.fullmatch(r'0', cond):
        return False
    if word == 'ifdef':
        return True
    if word == 'ifndef':
        return cond not in ('KERNEL', '__APPLE__', '__MACH__')
    if re.fullmatch(r'!\s*(defined\s*\(?\s*)?KERNEL\s*\)?', cond):
        return False
    return True


def user_side(path):
    """Why a source belongs to a program and not to the kext, or None."""
    with open(path, encoding='utf-8', errors='replace') as f:
        text = kernel_side(strip_comments(f.read()))
    if re.search(r'^(?:int|void)?\s*main\s*\([^;]*\)\s*\{', text, re.M):
        return 'it has a main()'
    for name in re.findall(r'#\s*(?:include|import)\s*[<"]([^>"]+)[>"]',
                           text):
        if name in USER_HEADERS:
            return 'it includes <%s>' % name
    return None


def find_sources(opt, target, say):
    """(path, flags) of what is to be compiled."""
    if opt.source:
        return [(os.path.abspath(s) if os.path.exists(s) else
                 os.path.join(opt.dir, s), []) for s in opt.source]
    if target is not None:
        found = [(p, f) for p, f in target.sources()
                 if p.endswith(C_EXT + CXX_EXT)]
        if found:
            return _excluded(opt, found)
    found = []
    for path in walk(opt.dir):
        if not path.endswith(C_EXT + CXX_EXT):
            continue
        why = None if opt.program else user_side(path)
        if why:
            say('leaving out %s: %s' % (os.path.relpath(path, opt.dir), why))
        else:
            found.append((path, []))
    return _excluded(opt, found)


def _excluded(opt, found):
    return [(p, f) for p, f in found if not any(
        fnmatch.fnmatch(os.path.relpath(p, opt.dir), e) or
        fnmatch.fnmatch(os.path.basename(p), e) for e in opt.exclude)]


def find_project(opt, say):
    """The kext target of the folder's Xcode project, or None."""
    files = [p for p in walk(opt.dir) if p.endswith('project.pbxproj')]
    files.sort(key=lambda p: p.count(os.sep))
    wanted = []
    for path in files:
        try:
            project = xcode.Project(path)
        except (ValueError, IndexError) as e:
            say('%s can not be read: %s' % (path, e))
            continue
        if opt.target:
            wanted += [t for t in project.targets if t.name == opt.target]
        else:
            wanted += project.kext_targets()
    if opt.target and not wanted:
        raise Failure('the project has no target %s' % opt.target)
    if len(wanted) > 1:
        raise Failure('the project makes several kexts: choose one with '
                      '--target: ' + ', '.join(t.name for t in wanted))
    return wanted[0] if wanted else None


# --- Info.plist -------------------------------------------------------------

def expand(text, variables, where):
    """Replaces $(VAR), ${VAR} and their modifiers."""
    def one(m, depth=0):
        name, _, mods = (m.group(1) or m.group(2)).partition(':')
        if name not in variables:
            raise Failure('%s: $(%s) is not defined: give -D %s=VALUE' %
                          (where, name, name))
        value = variables[name]
        value = ' '.join(value) if isinstance(value, list) else str(value)
        if depth < 16:
            value = PATTERN.sub(lambda x: one(x, depth + 1), value)
        for mod in mods.split(':'):
            if mod == 'rfc1034identifier':
                value = re.sub(r'[^A-Za-z0-9.-]', '-', value)
            elif mod in ('c99extidentifier', 'identifier'):
                value = re.sub(r'\W', '_', value)
            elif mod == 'lower':
                value = value.lower()
            elif mod == 'upper':
                value = value.upper()
        return value
    return PATTERN.sub(one, text)


PATTERN = re.compile(r'\$\(([^()]+)\)|\$\{([^{}]+)\}')


def expand_soft(text, variables):
    """As expand, but leaves alone what is not known."""
    try:
        return expand(text, variables, '')
    except Failure:
        return text


def expand_tree(node, variables, where):
    """expand over all strings of a property list that matter."""
    if isinstance(node, str):
        return expand(node, variables, where)
    if isinstance(node, dict):
        return {expand(k, variables, where): expand_tree(v, variables, where)
                for k, v in node.items()}
    return node


def load_plist(path):
    """A property list from a file, XML or binary."""
    try:
        with open(path, 'rb') as f:
            data = f.read()
        return plistlib.loads(data.lstrip() if data[:6] != b'bplist'
                              else data)
    except Exception as e:                                # pylint: disable=W
        raise Failure('%s: not a property list: %s' % (path, e)) from e


def find_plist(opt, target, settings, variables):
    """The kext's Info.plist: (path or name, contents)."""
    if opt.plist:
        return opt.plist, load_plist(opt.plist)
    if target is not None:
        name = settings.get('INFOPLIST_FILE')
        if name:
            path = os.path.join(target.project.dir,
                                xcode.unquote(expand_soft(name, variables)))
            if os.path.isfile(path):
                return path, load_plist(path)
        text = target.plist_text()
        if text:
            return ('Info.plist of target %s' % target.name,
                    plistlib.loads(text.strip().encode()))
    found = []
    for path in walk(opt.dir):
        if not os.path.basename(path).endswith('nfo.plist'):
            continue
        try:
            plist = load_plist(path)
        except Failure:
            continue
        if (plist.get('CFBundlePackageType') == 'KEXT' or
                'OSBundleLibraries' in plist):
            found.append((path, plist))
    found.sort(key=lambda f: f[0].count(os.sep))
    if not found:
        return None, {}
    if len(found) > 1 and (found[0][0].count(os.sep) ==
                           found[1][0].count(os.sep)):
        raise Failure('several property lists of kexts: choose one with '
                      '--plist: ' + ', '.join(
                          os.path.relpath(f[0], opt.dir) for f in found))
    return found[0]


class Bundle:
    """What goes into the bundle section."""

    def __init__(self, ident, version, compatible, libraries, program):
        self.id, self.version = ident, version
        self.compatible, self.libraries = compatible, libraries
        self.program = program

    def text(self):
        """The section's contents."""
        out = ['unikext-bundle 1', 'id ' + self.id,
               'version ' + self.version]
        if self.compatible:
            out.append('compatible ' + self.compatible)
        out += ['library %s %s' % lv for lv in sorted(self.libraries.items())]
        if self.program:
            out.append('program 1')
        return '\n'.join(out) + '\n'

    @staticmethod
    def parse(text):
        """The reverse of text()."""
        b = Bundle('', '', None, {}, False)
        for line in text.rstrip('\0').split('\n'):
            w = line.split()
            if w[:1] == ['id']:
                b.id = w[1]
            elif w[:1] == ['version']:
                b.version = w[1]
            elif w[:1] == ['compatible']:
                b.compatible = w[1]
            elif w[:1] == ['library']:
                b.libraries[w[1]] = w[2]
            elif w[:1] == ['program']:
                b.program = True
        return b


def check_version(text, what):
    """Refuses what the loader would refuse."""
    if not VERSION.match(text):
        raise Failure('%s "%s" is not of the form 1.2.3d4' % (what, text))
    return text


def make_bundle(opt, name, plist, variables):
    """The bundle out of the property list and the command line."""
    where = name or 'the command line'

    def get(key, option, *fallbacks):
        if option:
            return option
        value = plist.get(key)
        for var in fallbacks:
            if not value and variables.get(var):
                value = '$(%s)' % var
        return expand(str(value), variables, where) if value else None

    if opt.program and not plist:
        opt.id = opt.id or os.path.basename(opt.dir)
        opt.bundle_version = opt.bundle_version or '1.0'
    ident = get('CFBundleIdentifier', opt.id, 'PRODUCT_BUNDLE_IDENTIFIER',
                'MODULE_NAME')
    if not ident:
        raise Failure('no bundle identifier: there is no Info.plist with '
                      'CFBundleIdentifier; give --id')
    if not re.fullmatch(r'[\x21-\x7e]{1,63}', ident):
        raise Failure('bundle identifier "%s" is too long or has odd '
                      'characters' % ident)
    version = get('CFBundleVersion', opt.bundle_version, 'MODULE_VERSION',
                  'CURRENT_PROJECT_VERSION')
    if not version:
        raise Failure('no version: %s has no CFBundleVersion; give --version'
                      % where)
    check_version(version, 'version')
    compatible = get('OSBundleCompatibleVersion', opt.compatible)
    if compatible:
        check_version(compatible, 'compatible version')
    if opt.library:
        libs = dict(e.partition('=')[::2] for e in opt.library)
    else:
        libs = dict(plist.get('OSBundleLibraries', {}))
        libs.update(plist.get('OSBundleLibraries_x86_64', {}))
        libs = expand_tree(libs, variables, where)
    for lib, v in libs.items():
        check_version(str(v), 'version of library %s' % lib)
    return Bundle(ident, version, compatible,
                  {k: str(v) for k, v in libs.items()}, opt.program)


# --- compiling --------------------------------------------------------------

class Build:
    """One build: the folder, what was found in it, and where it goes."""

    def __init__(self, sdk, opt):
        self.sdk, self.opt = sdk, opt
        opt.dir = os.path.abspath(opt.dir)
        if not os.path.isdir(opt.dir):
            raise Failure('%s is not a folder' % opt.dir)
        self.tmp = tempfile.mkdtemp(prefix='kextbuild.')
        self.deps = set()
        self.messages = []
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

    def _variables(self):
        base = os.path.basename(self.opt.dir)
        name = self.target.name if self.target else base
        out = {'TARGET_NAME': name, 'TARGETNAME': name, 'PRODUCT_NAME': name,
               'PROJECT_NAME': base, 'EXECUTABLE_NAME': '$(PRODUCT_NAME)',
               'WRAPPER_EXTENSION': 'kext', 'ARCHS': 'x86_64',
               'CONFIGURATION': self.opt.configuration,
               'DEVELOPMENT_LANGUAGE': 'en', 'SRCROOT': self.opt.dir,
               'PROJECT_DIR': self.opt.dir, 'SDKROOT': self.sdk.root,
               'MACOSX_DEPLOYMENT_TARGET': '10.6',
               'PRODUCT_BUNDLE_PACKAGE_TYPE': 'KEXT'}
        if self.target:
            out['SRCROOT'] = out['PROJECT_DIR'] = self.target.project.dir
        for k, v in self.settings.items():
            if k == 'PRODUCT_NAME' and v == '$(TARGET_NAME)':
                continue
            out[k] = v
        if 'MODULE_NAME' not in out and self.opt.module:
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
                if w.startswith(('-D', '-U', '-I')) and len(w) > 2:
                    flags.append(w)
                elif w == '-D' and i + 1 < len(ws):
                    flags.append('-D' + xcode.unquote(ws[i + 1]))
        flags = [f for f in dict.fromkeys(flags)
                 if not any(f.split('=')[0] == '-D' + u
                            for u in self.opt.undefine)]
        return flags + ['-D' + d for d in self.opt.define]

    def prefix_header(self):
        """The prefix header, or None."""
        if self.opt.prefix:
            return os.path.abspath(self.opt.prefix)
        name = self.settings.get('GCC_PREFIX_HEADER')
        if not name:
            return None
        name = xcode.unquote(expand_soft(name, self.variables))
        path = os.path.join(self.variables['SRCROOT'], name)
        if os.path.isfile(path):
            return path
        for p in walk(self.opt.dir):
            if os.path.basename(p) == os.path.basename(name):
                return p
        self.say('prefix header %s is not there' % name)
        return None

    def include_flags(self):
        """Every folder of the project that has headers, then the SDK."""
        dirs = {self.opt.dir: None}
        for p in walk(self.opt.dir):
            if p.endswith(HDR_EXT):
                dirs[os.path.dirname(p)] = None
        for key in ('HEADER_SEARCH_PATHS', 'USER_HEADER_SEARCH_PATHS'):
            for w in words(self.settings.get(key)):
                w = xcode.unquote(expand_soft(w, self.variables))
                w = os.path.join(self.variables['SRCROOT'],
                                 w.replace('/**', ''))
                if os.path.isdir(w) and w.startswith(self.opt.dir):
                    dirs[w] = None
        out = []
        for d in self.opt.include:
            out += ['-I', os.path.abspath(d)]
        for d in dirs:
            out += ['-iquote', d]
        if self.opt.program:
            out += ['-I', self.sdk.program_include]
        for d in self.sdk.includes:
            out += ['-I', d]
        for d in dirs:
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
                 '-D__APPLE_CC__=6000', '-D__APPLE__=1', '-D__MACH__=1',
                 '-D__private_extern__='
                 '__attribute__((visibility("hidden")))', prefix]
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
        n = len(os.listdir(self.tmp))
        obj = os.path.join(self.tmp, '%03d.%s.o' % (
            n, os.path.basename(path)))
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
            args += [xcode.unquote(f) for f in flags
                     if f.startswith(('-D', '-I', '-U'))]
            args += self.opt.cflag
        args += ['-MMD', '-MF', dep, '-c', path, '-o', obj]
        self.command(args)
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


# --- kmod_info --------------------------------------------------------------

ENTRY = re.compile(r'(?:kern_return_t|int)\s+(\w+)\s*\(\s*(?:struct\s+'
                   r'kmod_info|kmod_info_t)\s*\*[^)]*\)\s*\{')


def entry_candidates(sources, elf):
    """Functions of the sources that look like start and stop."""
    names = []
    for path, _ in sources:
        with open(path, encoding='utf-8', errors='replace') as f:
            names += ENTRY.findall(strip_comments(f.read()))
    if not names:           # they may come out of an included file
        names = [s.name for s in elf.symbols if s.exported() and s.type == 2
                 and re.search(r'_(start|stop)$', s.name)]
    starts, stops = [], []
    for n in names:
        words_ = re.findall(r'start|stop|unload|load|init|fini|exit', n,
                            re.I)
        if words_:
            (starts if words_[-1].lower() in ('start', 'load', 'init')
             else stops).append(n)
    return starts, stops


def entry_names(build, sources, plist, elf):
    """Names of the start and stop functions."""
    opt, var = build.opt, build.variables
    start = opt.start or plist.get('UnikextStart') or \
        expand_soft(str(var.get('MODULE_START', '')), var)
    stop = opt.stop or plist.get('UnikextStop') or \
        expand_soft(str(var.get('MODULE_STOP', '')), var)
    start, stop = start.strip('" '), stop.strip('" ')
    if not start or not stop:
        starts, stops = entry_candidates(sources, elf)
        if not start and len(starts) == 1:
            start = starts[0]
            build.say('start function taken to be %s' % start)
        if not stop and len(stops) == 1:
            stop = stops[0]
            build.say('stop function taken to be %s' % stop)
    if not start or not stop:
        raise Failure(
            'no kmod_info in the sources, and the name of the %s function is '
            'not known: give --start and --stop' %
            ('start' if not start else 'stop'))
    return start, stop


KMOD_SOURCE = '''/* generated by kextbuild */
#include <mach/mach_types.h>
extern kern_return_t _start(kmod_info_t *ki, void *data);
extern kern_return_t _stop(kmod_info_t *ki, void *data);
%(decl)s
KMOD_EXPLICIT_DECL(%(id)s, "%(version)s", _start, _stop)
__attribute__((visibility("hidden")))
kmod_start_func_t *_realmain = %(start)s;
__attribute__((visibility("hidden")))
kmod_stop_func_t *_antimain = %(stop)s;
__attribute__((visibility("hidden"))) int _kext_apple_cc = __APPLE_CC__;
'''


def kmod_source(build, bundle, merged, sources, plist):
    """The text of a generated kmod_info."""
    start, stop = entry_names(build, sources, plist, merged)
    names, decl = [], ''
    for name in (start, stop):
        if name in ('0', 'NULL'):
            names.append('0')
            continue
        sym = find_function(merged, name)
        if (sym is None and is_static(sources, name)) or (
                sym is not None and sym.bind == elffile.LOCAL):
            raise Failure('function %s is static: it can not be the %s '
                          'function without KMOD_DECL or KMOD_EXPLICIT_DECL '
                          'in its source' % (name, 'start' if name == start
                                             else 'stop'))
        if sym is None:
            raise Failure('function %s, named as %s, is not in the sources' %
                          (name, 'start' if name == start else 'stop'))
        alias = sym.name
        decl += ('extern kern_return_t kextbuild_%s(kmod_info_t *, void *) '
                 '__asm__("%s");\n' % (re.sub(r'\W', '_', name), alias))
        names.append('kextbuild_' + re.sub(r'\W', '_', name))
    return KMOD_SOURCE % {'decl': decl, 'id': bundle.id,
                          'version': bundle.version, 'start': names[0],
                          'stop': names[1]}


def is_static(sources, name):
    """Whether some source defines the function for itself only."""
    for path, _ in sources:
        with open(path, encoding='utf-8', errors='replace') as f:
            if re.search(r'\bstatic\b[^;{}()]*\b%s\s*\(' % re.escape(name),
                         strip_comments(f.read())):
                return True
    return False


def find_function(elf, name):
    """A defined function by its C name, or by its C++ one."""
    sym = elf.defined(name)
    if sym is None:
        for s in elf.symbols:
            if not s.undefined and s.name.startswith('_Z%d%s' %
                                                     (len(name), name)):
                return s
    return sym


# --- a whole build ----------------------------------------------------------

BUNDLE_ASM = '''\t.section %s,"",@progbits
%s\t.section .note.GNU-stack,"",@progbits
'''


def bundle_object(build, bundle):
    """An object with the bundle section."""
    lines = ''.join('\t.ascii "%s\\n"\n' % line.replace('\\', '\\\\').replace(
        '"', '\\"') for line in bundle.text().rstrip('\n').split('\n'))
    src = build.write('bundle.S', BUNDLE_ASM % (BUNDLE_SECTION, lines))
    obj = os.path.join(build.tmp, 'bundle.o')
    build.command([build.opt.cc, '-m64', '-c', src, '-o', obj])
    return obj


def lines_object(build, full):
    """An object with the line table, in a list; empty without one."""
    data = lines.table(full)
    if not data:
        return []
    raw = os.path.join(build.tmp, 'lines.bin')
    with open(raw, 'wb') as f:
        f.write(data)
    src = build.write('lines.S', '\t.section %s,"",@progbits\n'
                      '\t.balign 4\n\t.incbin "%s"\n'
                      '\t.section .note.GNU-stack,"",@progbits\n' %
                      (lines.SECTION, raw))
    obj = os.path.join(build.tmp, 'lines.o')
    build.command([build.opt.cc, '-m64', '-c', src, '-o', obj])
    return [obj]


def undefined_by_set(sdk, elf):
    """{set: [symbol]}; unknown ones under None, weak ones left out."""
    out = {}
    for s in elf.undefined():
        where = sdk.exports().get(s.name)
        if where is None and s.bind == elffile.WEAK:
            continue
        out.setdefault(where, []).append(s.name)
    return out


def compile_all(build, sources):
    """Objects of all sources; retried as old C if that defines more."""
    objs = [build.compile(p, f) for p, f in sources]
    merged = os.path.join(build.tmp, 'merged.o')
    build.link(objs, merged)
    elf = elffile.ElfFile(merged)
    unknown = undefined_by_set(build.sdk, elf).get(None, [])
    if unknown and 'gnu89' not in str(build.opt.std):
        texts = ''
        for p in walk(build.opt.dir):
            if p.endswith(C_EXT + HDR_EXT):
                with open(p, encoding='utf-8', errors='replace') as f:
                    texts += f.read()
        if any(re.search(r'\binline\b[^;{}()]*\b%s\s*\(' % re.escape(n),
                         texts) for n in unknown):
            build.say('inline functions are meant as in gnu89')
            build.extra = ['-fgnu89-inline']
            return [build.compile(p, f) for p, f in sources]
    return objs


def make(build):
    """Builds; (path of the result, bundle, elf, plist name)."""
    opt, sdk = build.opt, build.sdk
    sources = find_sources(opt, build.target, build.say)
    if not sources:
        raise Failure('no C or C++ sources in %s' % opt.dir)
    for path, _ in sources:
        if not os.path.isfile(path):
            raise Failure('source %s, named by the project, is not there' %
                          os.path.relpath(path, opt.dir))
    name, plist = find_plist(opt, build.target, build.settings,
                             build.variables)
    if name and os.path.isfile(name):
        build.deps.add(name)
    bundle = make_bundle(opt, name, plist, build.variables)
    if 'MODULE_NAME' not in build.variables:
        build.variables['MODULE_NAME'] = bundle.id
    objs = compile_all(build, sources)
    merged = os.path.join(build.tmp, 'merged2.o')
    build.link(objs, merged)
    elf = elffile.ElfFile(merged)
    if not opt.program:
        if elf.defined('kmod_info') is None:
            src = build.write('kmod_info.c', kmod_source(
                build, bundle, elf, sources, plist))
            objs.append(build.compile(src, own=True))
        objs.append(build.compile(os.path.join(sdk.lib, 'start.c'),
                                  own=True))
    elif elf.defined('main') is None:
        raise Failure('a program needs a main()')
    if any(p.endswith(CXX_EXT) for p, _ in sources) or any(
            s.name == '__cxa_atexit' for s in elf.undefined()):
        objs.append(build.compile(os.path.join(sdk.lib, 'cxx.c'), own=True))
    objs.append(bundle_object(build, bundle))
    out = os.path.join(build.tmp, 'result.kext')
    full = opt.debug or os.path.join(build.tmp, 'full.kext')
    build.link(objs, full)
    objs += lines_object(build, full)
    build.link(objs, out, strip=True)
    return out, bundle, elffile.ElfFile(out), name


def problems(sdk, bundle, elf):
    """What would keep the kext from loading, one line each."""
    out = []
    if bundle.program:
        return out
    sets = {lib[len(KPI):] for lib in bundle.libraries
            if lib.startswith(KPI)}
    others = [lib for lib in bundle.libraries if not lib.startswith(KPI)]
    if not bundle.libraries:
        out.append('OSBundleLibraries names nothing to link with')
    for where, names in undefined_by_set(sdk, elf).items():
        if where == 'runtime' or where in sets:
            continue
        text = ', '.join(names[:8]) + (
            ' and %d more' % (len(names) - 8) if len(names) > 8 else '')
        if where is not None:
            out.append('%s needs %s%s in OSBundleLibraries' %
                       (text, KPI, where))
        elif not others:
            out.append('undefined: ' + text)
    return out


def run(sdk, opt):
    """kextbuild DIR and kextbuild --check DIR."""
    build = Build(sdk, opt)
    try:
        path, bundle, elf, _ = make(build)
        wrong = problems(sdk, bundle, elf)
        if opt.inspect:
            return inspect(sdk, path, opt.json)
        if opt.check:
            for m in build.messages:
                print('note: ' + m)
            for w in wrong:
                print('missing: ' + w)
            print('%s %s: %s' % (bundle.id, bundle.version,
                                 'would not load' if wrong else 'complete'))
            return 1 if wrong else 0
        for w in [] if opt.quiet else wrong:
            print('kextbuild: warning: %s' % w, file=sys.stderr)
        out = opt.output or os.path.join(
            os.getcwd(), os.path.basename(opt.dir) + '.kext')
        os.makedirs(os.path.dirname(os.path.abspath(out)), exist_ok=True)
        shutil.copyfile(path, out)
        if opt.depfile:
            write_depfile(opt.depfile, out, build)
        return 0
    finally:
        build.clean()


def write_depfile(path, out, build):
    """Rules for make: what the result was made of."""
    here = os.getcwd() + os.sep
    deps = sorted({d[len(here):] if d.startswith(here) else d
                   for d in map(os.path.normpath, build.deps)
                   if not d.startswith(build.tmp)})
    with open(path, 'w', encoding='utf-8') as f:
        f.write('%s: \\\n  %s\n' % (out, ' \\\n  '.join(deps)))
        for d in deps:
            f.write('%s:\n' % d)


def inspect(sdk, path, as_json):
    """kextbuild --inspect FILE."""
    try:
        elf = elffile.ElfFile(path)
    except (ValueError, IndexError) as e:
        raise Failure(str(e)) from e
    sec = elf.section(BUNDLE_SECTION)
    if sec is None:
        raise Failure('%s has no bundle: not made by kextbuild' % path)
    bundle = Bundle.parse(elf.bytes(sec).decode('ascii', 'replace'))
    by_set = undefined_by_set(sdk, elf)
    exported = sorted(s.name for s in elf.symbols if s.exported() and
                      s.name and s.name != 'kmod_info')
    if as_json:
        print(json.dumps({
            'id': bundle.id, 'version': bundle.version,
            'compatible': bundle.compatible, 'libraries': bundle.libraries,
            'needs': {str(k or 'unknown'): v for k, v in by_set.items()},
            'defines': exported}, indent=1))
        return 0
    print('identifier  %s' % bundle.id)
    print('version     %s' % bundle.version)
    print('compatible  %s' % (bundle.compatible or '-'))
    for lib, v in sorted(bundle.libraries.items()):
        print('library     %s %s' % (lib, v))
    for where in sorted(by_set, key=str):
        print('needs from  %s: %s' % (
            'nowhere known' if where is None else
            'every kernel' if where == 'runtime' else KPI + where,
            ' '.join(sorted(by_set[where]))))
    print('defines     %s' % ' '.join(exported))
    return 0
