# SPDX-License-Identifier: BSD-2-Clause
"""Info.plist: finding it, expanding its variables, what the loader gets."""
import os
import plistlib
import re
import subprocess

import makefile
import xcode
from basics import Failure, on_disk, walk


VERSION = re.compile(r'\d{1,4}(\.\d{1,2}){0,2}(([dab]|fc?)\d{1,3})?$')


PATTERN = re.compile(r'\$\(([^()$]+)\)|\$\{([^{}$]+)\}')


def _modified(value, mod):
    """A variable's value with one modifier applied."""
    if mod == 'rfc1034identifier':
        return re.sub(r'[^A-Za-z0-9.-]', '-', value)
    if mod in ('c99extidentifier', 'identifier'):
        return re.sub(r'^(?=\d)|\W', '_', value)
    if mod.startswith('default='):
        return value or mod[len('default='):]
    return {'lower': value.lower(), 'upper': value.upper(),
            'file': os.path.basename(value),
            'base': os.path.splitext(os.path.basename(value))[0]}.get(
                mod, value)


def expand(text, variables, where):
    """Replaces $(VAR), ${VAR}, their modifiers, and variables in names."""
    def one(m):
        name, _, mods = (m.group(1) or m.group(2)).partition(':')
        if name not in variables:
            if mods.startswith('default='):
                return mods[len('default='):]
            raise Failure('%s: $(%s) is not defined: give -D %s=VALUE' %
                          (where, name, name))
        value = variables[name]
        value = ' '.join(value) if isinstance(value, list) else str(value)
        for mod in filter(None, mods.split(':')):
            value = _modified(expand_soft(value, variables)
                              if '$' in value and depth < 8 else value, mod)
        return value
    for depth in range(16):
        if not PATTERN.search(text):
            return text
        text = PATTERN.sub(one, text)
    raise Failure('%s: a variable is defined by itself: %s' %
                  (where, text[:40]))


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
    """A property list from a file: XML, binary or text."""
    try:
        with open(path, 'rb') as f:
            return parse_plist(f.read())
    except (OSError, ValueError) as e:
        raise Failure('%s: not a property list: %s' % (path, e)) from e


def parse_plist(data):
    """A property list of whatever form; ValueError if it is none."""
    text = data.lstrip(b'\xef\xbb\xbf\r\n\t ')
    # Comments in front of everything, which only this parser minds.
    text = re.sub(rb'^(?:<!--.*?-->\s*)+(?=<\?xml)', b'', text, flags=re.S)
    try:
        if data[:6] != b'bplist' and text[:1] in (b'{', b'/'):
            plist = xcode.PlistText(text.decode('utf-8', 'replace')).value()
        else:
            plist = xml_plist(data if data[:6] == b'bplist' else text)
    except Exception as e:                                # pylint: disable=W
        raise ValueError(e) from e
    if not isinstance(plist, dict):
        raise ValueError('it holds no dictionary')
    return plist


def xml_plist(data):
    """plistlib's, for files whose bytes are not in the encoding they claim."""
    try:
        return plistlib.loads(data)
    except Exception:                                     # pylint: disable=W
        try:
            data.decode('utf-8')
        except UnicodeDecodeError:
            return plistlib.loads(re.sub(
                rb'^<\?xml.*?\?>', b'<?xml version="1.0"?>', data,
                flags=re.S).decode('mac-roman').encode())
        raise


def preprocessed(path, settings, variables, folder, cc='gcc'):
    """A property list that goes through the preprocessor first."""
    args = [cc, '-E', '-P', '-xc', '-traditional-cpp', '-undef', '-w']
    prefix = settings.get('INFOPLIST_PREFIX_HEADER')
    if prefix:
        args += ['-include', os.path.join(folder, xcode.unquote(
            expand_soft(prefix, variables)))]
    args += ['-D' + xcode.unquote(expand_soft(w, variables)) for w in
             xcode.words(settings.get('INFOPLIST_PREPROCESSOR_DEFINITIONS'))]
    args += [w for w in (xcode.unquote(expand_soft(w, variables)) for w in
                         xcode.words(settings.get(
                             'INFOPLIST_OTHER_PREPROCESSOR_FLAGS')))
             if w.startswith(('-D', '-U'))]
    # Two slashes are no comment there: "//Apple//DTD" stays.
    r = subprocess.run(args + [path], capture_output=True, check=False)
    if r.returncode != 0:
        raise Failure('%s: %s' % (path, r.stderr.decode(
            errors='replace').strip().split('\n')[0]))
    try:
        return parse_plist(r.stdout)
    except ValueError as e:
        raise Failure('%s: not a property list after the preprocessor: %s' %
                      (path, e)) from e


TEMPLATE = re.compile(r'@@(\w+)@@|@(\w+)@|%%(\w+)%%|__([A-Z][A-Z_]*)__')


def filled_in(node, edits, variables):
    """A template's strings with what the Makefile's sed puts into them."""
    def one(m):
        name = next(g for g in m.groups() if g)
        value = variables.get(name)
        return m.group() if value is None else expand_soft(
            str(value), variables)
    if isinstance(node, dict):
        return {filled_in(k, edits, variables): filled_in(v, edits, variables)
                for k, v in node.items()}
    if isinstance(node, list):
        return [filled_in(v, edits, variables) for v in node]
    if isinstance(node, str):
        for old, new in edits:
            node = node.replace(old, new)
        return TEMPLATE.sub(one, node)
    return node


def find_plist(opt, target, settings, variables):
    """The kext's Info.plist: (path or name, contents)."""
    name, plist = _find_plist(opt, target, settings, variables)
    edits = (target.edits() if isinstance(target, makefile.Makefile) else [])
    return name, filled_in(plist, edits, variables)


def _find_plist(opt, target, settings, variables):
    if opt.plist:
        return opt.plist, load_plist(opt.plist)
    top = opt.dir
    if isinstance(target, makefile.Makefile):
        top = target.dir
    elif target is not None:
        name = settings.get('INFOPLIST_FILE')
        if name:
            path = on_disk(os.path.join(target.dir, xcode.unquote(
                expand_soft(name, variables))))
            if path and os.path.isfile(path):
                if settings.get('INFOPLIST_PREPROCESS') == 'YES':
                    return path, preprocessed(path, settings, variables,
                                              target.dir, opt.cc)
                return path, load_plist(path)
        text = target.plist_text()
        if text:
            return ('Info.plist of target %s' % target.name,
                    parse_plist(text.strip().encode()))
    found = kext_plists(top) or kext_plists(opt.dir)
    if not found:
        return None, {}
    if len(found) > 1 and (found[0][0].count(os.sep) ==
                           found[1][0].count(os.sep)):
        raise Failure('several property lists of kexts: choose one with '
                      '--plist: ' + ', '.join(
                          os.path.relpath(f[0], opt.dir) for f in found))
    return found[0]


def kext_plists(top):
    """(path, contents) of the property lists under top that are a kext's,
    the nearest first, those with the usual name before others."""
    found = []
    for path in walk(top):
        if not re.search(r'plist(\.in|\.tmpl|\.template)?$', path):
            continue
        try:
            plist = load_plist(path)
        except Failure:
            continue
        if (plist.get('CFBundlePackageType') == 'KEXT' or
                'OSBundleLibraries' in plist):
            found.append((path, plist))
    usual = [f for f in found if os.path.basename(f[0]) == 'Info.plist']
    return sorted(usual or found, key=lambda f: f[0].count(os.sep))


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
        if value and TEMPLATE.fullmatch(str(value)):
            raise Failure('%s: %s is the template %s: give -D %s=VALUE' % (
                where, key, value, next(filter(
                    None, TEMPLATE.fullmatch(str(value)).groups()))))
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
