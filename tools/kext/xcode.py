# SPDX-License-Identifier: BSD-2-Clause
"""Reads an Xcode project: which target is the kext, its sources, its settings.

Only what a build of the kext needs is looked at: the Sources phase, and the
build settings in their usual layers (project, target, configuration files),
and which scripts there are.  Both the old form (build styles, settings in the
target) and the newer one (build configurations) are understood.
"""
import fnmatch
import os
import re

from basics import read_text

KEXT_TYPES = ('com.apple.product-type.kernel-extension',
              'com.apple.product-type.kernel-extension.iokit')


class PlistText:
    """A parser for the property list text form that projects use."""

    TOKEN = re.compile(r'\s+|//[^\n]*|/\*.*?\*/', re.S)
    BARE = re.compile(r'<[\s0-9a-fA-F]*>|[^\s{}()=;,"\']+')
    ESCAPES = {'n': '\n', 't': '\t', 'r': '\r', '"': '"', '\\': '\\',
               "'": "'", 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v'}

    def __init__(self, text):
        self.text, self.at = text, 0

    def _skip(self):
        m = self.TOKEN.match(self.text, self.at)
        while m:
            self.at = m.end()
            m = self.TOKEN.match(self.text, self.at)

    def _peek(self):
        self._skip()
        return self.text[self.at:self.at + 1]

    def _expect(self, c):
        if self._peek() != c:
            raise ValueError('project file: %r expected at offset %d' %
                             (c, self.at))
        self.at += 1

    def _quoted(self, quote):
        self.at += 1
        out = []
        while self.text[self.at] != quote:
            c = self.text[self.at]
            if c == '\\':
                self.at += 1
                c = self.text[self.at]
                c = self.ESCAPES.get(c, c)
            out.append(c)
            self.at += 1
        self.at += 1
        return ''.join(out)

    def value(self):
        """The value that starts here: dict, list or str."""
        c = self._peek()
        if c == '{':
            self.at += 1
            out = {}
            while self._peek() != '}':
                key = self.value()
                self._expect('=')
                out[key] = self.value()
                self._expect(';')
            self.at += 1
            return out
        if c == '(':
            self.at += 1
            out = []
            while self._peek() != ')':
                out.append(self.value())
                if self._peek() == ',':
                    self.at += 1
            self.at += 1
            return out
        if c and c in '"\'':
            return self._quoted(c)
        m = self.BARE.match(self.text, self.at)
        if not m:
            raise ValueError('project file: nothing readable at offset %d' %
                             self.at)
        self.at = m.end()
        return m.group()


def words(value):
    """A setting as a list: lists as they are, text split as a shell would."""
    if isinstance(value, list):
        return [w for v in value for w in ([v] if '=' in v else words(v))]
    out = []
    for m in re.finditer(r'(?:\\.|"(?:\\.|[^"\\])*"|\'[^\']*\'|[^\s"\'])+',
                         value or ''):
        out.append(m.group())
    return out


def unquote(word):
    """One word of a setting without its shell quoting."""
    out, i, quote = [], 0, ''
    while i < len(word):
        c = word[i]
        if c == '\\' and quote != "'" and i + 1 < len(word):
            i += 1
            out.append(word[i])
        elif c == quote:
            quote = ''
        elif not quote and c in '"\'':
            quote = c
        else:
            out.append(c)
        i += 1
    return ''.join(out)


def read_xcconfig(path, seen=()):
    """The settings of a configuration file, its includes first."""
    out = {}
    if path in seen or not os.path.isfile(path):
        return out
    for line in re.split(r'[\r\n]+', read_text(path)):
        line = re.sub(r'(^|\s)//.*', '', line).strip()
        m = re.match(r'#include\??\s*"([^"]+)"', line)
        if m:
            out.update(read_xcconfig(os.path.join(
                os.path.dirname(path), m.group(1)), seen + (path,)))
            continue
        m = re.match(r'([A-Za-z_]\w*(?:\[[^]]*\])*)\s*=\s*(.*?);?$', line)
        if m:
            old = out.get(m.group(1), '$(inherited)')
            out[m.group(1)] = m.group(2).replace('$(inherited)', old)
    return out


def in_force(key, configuration):
    """Whether all conditions of a setting's name hold: NAME[sdk=macosx*]."""
    is_now = {'arch': 'x86_64', 'sdk': 'macosx10.15', 'variant': 'normal',
              'config': configuration}
    for group in re.findall(r'\[([^]]*)\]', key):
        for condition in group.split(','):
            what, _, pattern = condition.strip().partition('=')
            if not fnmatch.fnmatchcase(is_now.get(what.strip(), ''),
                                       pattern.strip()):
                return False
    return True


class Target:
    """One target of the project."""

    def __init__(self, project, ident, obj):
        self.project, self.ident, self.obj = project, ident, obj
        self.name = obj.get('name', obj.get('productName', '?'))
        kind = obj.get('productType', '')
        ref = project.objects.get(obj.get('productReference', ''), {})
        path = ref.get('path', '') + obj.get('productInstallPath', '')
        plain = self._plain()
        self.is_kext = (kind in KEXT_TYPES or
                        obj.get('isa') == 'PBXKernelExtensionTarget' or
                        plain.get('KERNEL_MODULE') == 'YES' or
                        plain.get('WRAPPER_EXTENSION') == 'kext' or
                        ref.get('path', '').endswith('.kext') or
                        'kernel-extension' in str(ref.get(
                            'explicitFileType', '')) or
                        ('MODULE_NAME' in plain and (
                            'MODULE_START' in plain or 'Extensions' in
                            path + str(plain.get('INSTALL_PATH')))))

    def _plain(self):
        out = dict(self.obj.get('buildSettings', {}))
        clist = self.project.objects.get(
            self.obj.get('buildConfigurationList', ''), {})
        for c in clist.get('buildConfigurations', []):
            out.update(self.project.objects.get(c, {}).get(
                'buildSettings', {}))
        return out

    @property
    def dir(self):
        """The folder that paths in settings start from."""
        return self.project.dir

    @property
    def project_name(self):
        """The name of the project's file, without its ending."""
        return self.project.name

    def scripts(self):
        """(name, text) of the script phases, of all targets."""
        return [(o.get('name', 'Run Script'), o.get('shellScript', ''))
                for o in self.project.objects.values()
                if o.get('isa') == 'PBXShellScriptBuildPhase']

    def _folders(self):
        """Sources of folders that are part of the target as a whole."""
        p = self.project
        for gid in self.obj.get('fileSystemSynchronizedGroups', []):
            top = p.path(gid)
            without = set()
            for eid in p.objects.get(gid, {}).get('exceptions', []):
                e = p.objects.get(eid, {})
                if e.get('target', self.ident) == self.ident:
                    without |= set(e.get('membershipExceptions', []))
            for path, _, names in os.walk(top or ''):
                for n in sorted(names):
                    full = os.path.join(path, n)
                    if os.path.relpath(full, top) not in without:
                        yield full, []

    def sources(self):
        """(path, per-file flags) of the files this target compiles."""
        out = list(self._folders())
        for pid in self.obj.get('buildPhases', []):
            phase = self.project.objects.get(pid, {})
            if phase.get('isa') != 'PBXSourcesBuildPhase':
                continue
            for fid in phase.get('files', []):
                build = self.project.objects.get(fid, {})
                ref = build.get('fileRef', '')
                path = self.project.path(ref)
                if path is None:
                    continue
                flags = words(build.get('settings', {}).get(
                    'COMPILER_FLAGS', ''))
                ref = self.project.objects.get(ref, {})
                kind = ref.get('explicitFileType', ref.get(
                    'lastKnownFileType', ''))
                if kind == 'sourcecode.cpp.cpp' and path.endswith('.c'):
                    flags = ['-x', 'c++'] + flags
                out.append((path, flags))
        return out

    def layers(self, configuration):
        """The layers of settings, the project's first."""
        p = self.project
        out = []
        for owner in (p.root, self.obj):
            clist = p.objects.get(owner.get('buildConfigurationList', ''), {})
            found = None
            for cid in clist.get('buildConfigurations', []):
                c = p.objects.get(cid, {})
                if found is None or c.get('name') == configuration:
                    found = c
            if found:
                base = p.path(found.get('baseConfigurationReference', ''))
                if base:
                    out.append(read_xcconfig(base))
                out.append(found.get('buildSettings', {}))
            elif 'buildSettings' in owner:
                out.append(owner['buildSettings'])
            if owner is p.root and not clist:
                for sid in owner.get('buildStyles', []):
                    s = p.objects.get(sid, {})
                    if s.get('name') in (configuration, 'Deployment'):
                        out.append(s.get('buildSettings', {}))
        return out

    def settings(self, configuration):
        """All settings in force; later layers win, $(inherited) resolved."""
        out = {}
        for layer in self.layers(configuration):
            for key in sorted(layer, key=lambda k: '[' in k):
                value, base = layer[key], re.sub(r'\[.*', '', key)
                if not in_force(key, configuration):
                    continue
                old = out.get(base, [])
                again = re.compile(r'\$[({](?:inherited|value|%s)[)}]' %
                                   re.escape(base))
                if isinstance(value, list):
                    new = []
                    for v in value:
                        new += words(old) if again.fullmatch(v) else [v]
                    value = new
                else:
                    value = again.sub(lambda m, o=old: ' '.join(words(o)),
                                      value)
                out[base] = value
        return out

    def plist_text(self):
        """Info.plist kept inside an old project, or None."""
        return self.obj.get('productSettingsXML')


class Project:
    """A project.pbxproj file."""

    def __init__(self, path):
        self.file = path
        wrapper = os.path.dirname(os.path.abspath(path))
        self.dir = os.path.dirname(wrapper)
        self.name = os.path.splitext(os.path.basename(wrapper))[0]
        top = PlistText(read_text(path).lstrip('\ufeff')).value()
        self.objects = top.get('objects', {})
        self.root = self.objects.get(top.get('rootObject', ''), {})
        self.dir = os.path.normpath(os.path.join(
            self.dir, self.root.get('projectDirPath', '')))
        self.parents = {}
        for ident, o in self.objects.items():
            for child in o.get('children', []):
                self.parents[child] = ident
        self.targets = [Target(self, t, self.objects[t])
                        for t in self.root.get('targets', [])
                        if t in self.objects]

    def path(self, ref):
        """Where a file reference leads, or None."""
        o = self.objects.get(ref)
        if o is None or o.get('isa') not in (
                'PBXFileReference', 'PBXGroup', 'PBXVariantGroup',
                'PBXFileSystemSynchronizedRootGroup'):
            return None
        tree = o.get('sourceTree', o.get('refType', '<group>'))
        own = o.get('path', '')
        if tree in ('<absolute>', '0'):
            return own
        if tree in ('SOURCE_ROOT', '2') or ref not in self.parents:
            return os.path.normpath(os.path.join(self.dir, own))
        if tree in ('<group>', '4'):
            up = self.path(self.parents[ref]) or self.dir
            return os.path.normpath(os.path.join(up, own))
        return None

    def kext_targets(self):
        """Targets whose product is a kext."""
        return [t for t in self.targets if t.is_kext]
