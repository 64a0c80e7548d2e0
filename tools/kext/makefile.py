# SPDX-License-Identifier: BSD-2-Clause
"""Reads the Makefile of a kext that has no Xcode project.

Only what says how the kext is made: its objects or sources, the -D flags,
the variables, and what sed puts into a template of Info.plist.  Nothing is
run.
"""
import glob
import os
import re

from basics import C_EXT, CXX_EXT, on_disk, read_text, walk

NAMES = ('Makefile', 'makefile', 'GNUmakefile', 'BSDmakefile')
KEXT_SIGNS = re.compile(r'-mkernel|-DKERNEL\b|\.kext\b|kmod|-fapple-kext|'
                        r'-lkmod|-static')


def files(top):
    """The Makefiles of kexts under top, the nearest first."""
    found = []
    for path in walk(top):
        if os.path.basename(path) in NAMES or path.endswith('.mk'):
            m = Makefile(path)
            if KEXT_SIGNS.search(m.text) and m.sources():
                found.append(m)
    return sorted(found, key=lambda m: m.path.count(os.sep))


class Makefile:
    """One Makefile; also what a target of a project is to a build."""

    def __init__(self, path, inherited=None, seen=()):
        self.path, self.dir = path, os.path.dirname(path)
        self.seen = seen + (os.path.realpath(path),)
        self.vars = dict(inherited or {})
        self.rules, self.recipes = [], []
        self.text = read_text(path).replace('\r\n', '\n').replace('\\\n', ' ')
        self._read(self.text)

    def _read(self, text):
        for line in text.split('\n'):
            if line.startswith('\t'):
                self.recipes.append(line.strip())
                continue
            line = re.sub(r'(?<!\\)#.*', '', line).strip()
            m = re.match(r'-?s?include\s+(.*)', line)
            if m:
                for name in self.expand(m.group(1)).split():
                    path = os.path.join(self.dir, name)
                    if (os.path.isfile(path) and
                            os.path.realpath(path) not in self.seen):
                        other = Makefile(path, self.vars, self.seen)
                        self.vars.update(other.vars)
                        self.text += other.text
                continue
            m = re.match(r'(?:export\s+|override\s+)?([\w.-]+)\s*'
                         r'(\?|\+|::?|)=\s*(.*)', line)
            if m:
                name, how, value = m.groups()
                if how == '+':
                    self.vars[name] = (self.vars.get(name, '') + ' ' +
                                       value).strip()
                elif how != '?' or name not in self.vars:
                    self.vars[name] = (self.expand(value) if ':' in how
                                       else value)
                continue
            m = re.match(r'([^:=]+)::?(?!=)(.*)', line)
            if m:
                self.rules.append((m.group(1).strip(), m.group(2)))

    def expand(self, text, depth=0):
        """Replaces $(X), ${X}, $(X:.a=.b) and a few functions."""
        def one(m):
            body = m.group(1) or m.group(2)
            call = re.match(r'(\w+)\s+(.*)', body, re.S)
            if call and call.group(1) in FUNCTIONS:
                return FUNCTIONS[call.group(1)](
                    self, [a.strip() for a in call.group(2).split(',')])
            sub = re.match(r'([\w.-]+):(.*?)=(.*)', body)
            name = sub.group(1) if sub else body
            value = self.expand(self.vars.get(name, ''), depth + 1)
            if sub:
                a, b = sub.group(2), sub.group(3)
                if '%' not in a:
                    a, b = '%' + a, '%' + b
                value = _patsubst(self, [a, b, value])
            return value
        if depth > 16:
            return text
        last = None
        while last != text:
            last = text
            text = re.sub(r'\$\(([^()$]*)\)|\$\{([^{}$]*)\}', one, text)
        return text

    def _words(self):
        """Words that may name objects or sources, in order."""
        out = []
        for name, value in self.vars.items():
            if re.search(r'FLAGS$|DEFINES$|^CC$|^CXX$', name):
                continue
            out += self.expand(value).split()
        for target, needs in self.rules:
            if not re.search(r'\.(o|c|cc|cpp)$', target):
                out += self.expand(needs).split()
        return out

    def sources(self):
        """(path, flags) of the sources, as a project's target has them."""
        found = {}
        for word in self._words():
            base, ext = os.path.splitext(word)
            if '%' in word or '$' in word:
                continue
            if ext in C_EXT + CXX_EXT:
                tries = [word]
            elif ext == '.o':
                tries = [base + e for e in C_EXT + CXX_EXT]
                tries += [os.path.basename(t) for t in tries]
            else:
                continue
            for t in tries:
                path = on_disk(os.path.normpath(os.path.join(self.dir, t)))
                if path and os.path.isfile(path):
                    found[path] = []
                    break
        return list(found.items())

    @property
    def name(self):
        """What it makes: the name of its .kext, or its folder's."""
        m = re.search(r'([\w.-]+)\.kext\b', self.expand(
            ' '.join(list(self.vars.values()) +
                     [r[0] for r in self.rules] + self.recipes)))
        return m.group(1) if m else os.path.basename(self.dir)

    @property
    def project_name(self):
        """There is no other project."""
        return self.name

    def names(self):
        """Everything it may be called with --target."""
        return {self.name, os.path.basename(self.dir)}

    def scripts(self):
        """(name, text) of what generates files."""
        return [(os.path.basename(self.path), '\n'.join(self.recipes))]

    def plist_text(self):
        """A Makefile holds no Info.plist."""

    def settings(self, _configuration):
        """Variables and flags in the form a project's settings have."""
        out = {k: self.expand(v) for k, v in self.vars.items()}
        flags = []
        for k, v in self.vars.items():
            if re.search(r'FLAGS$|DEFINES$|DEFS$|^CC$|^CXX$|INCLUDES?$', k):
                flags.append(self.expand(v))
        for line in self.recipes:
            line = self.expand(line)
            if re.search(r'\s-c\b', line):
                flags.append(line)
        out['OTHER_CFLAGS'] = ' '.join(flags)
        return out

    def edits(self):
        """(text, replacement) pairs that sed makes in a recipe."""
        out = []
        for line in self.recipes:
            if not re.search(r'\bsed\b', line):
                continue
            line = self.expand(line).replace('$$', '$')
            for m in re.finditer(r'\bs([/|,#!@%])((?:\\.|(?!\1).)+)\1'
                                 r'((?:\\.|(?!\1).)*)\1', line):
                out.append((re.sub(r'\\(.)', r'\1', m.group(2)),
                            re.sub(r'\\(.)', r'\1', m.group(3)).strip('"\'')))
        return out


def _patsubst(_make, args):
    if len(args) < 3:
        return ''
    a, b = args[0], args[1]
    pre, _, post = a.partition('%')
    out = []
    for word in ','.join(args[2:]).split():
        if ('%' in a and len(word) >= len(pre + post) and
                word.startswith(pre) and word.endswith(post)):
            out.append(b.replace('%', word[len(pre):len(word) - len(post)]))
        else:
            out.append(b if word == a else word)
    return ' '.join(out)


def _wildcard(make, args):

    out = []
    for pattern in ' '.join(args).split():
        out += [os.path.relpath(p, make.dir) for p in sorted(
            glob.glob(os.path.join(make.dir, pattern)))]
    return ' '.join(out)


FUNCTIONS = {
    'patsubst': _patsubst,
    'wildcard': _wildcard,
    'notdir': lambda _m, a: ' '.join(os.path.basename(w)
                                     for w in ' '.join(a).split()),
    'addprefix': lambda _m, a: ' '.join(a[0] + w for w in
                                        ' '.join(a[1:]).split()),
    'addsuffix': lambda _m, a: ' '.join(w + a[0] for w in
                                        ' '.join(a[1:]).split()),
    'shell': lambda _m, _a: '',
    'subst': lambda _m, a: ','.join(a[2:]).replace(a[0], a[1])
    if len(a) > 2 and a[0] else '',
}
