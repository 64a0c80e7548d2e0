# SPDX-License-Identifier: BSD-2-Clause
"""Reads the Makefile of a kext that has no Xcode project.

Only what says how the kext is made: its objects or sources, the -D flags,
the variables, and what sed puts into a template of Info.plist.  Nothing is
run.  A Makefile.in counts as the Makefile that configure would make of it.
"""
import os
import re

from basics import C_EXT, CXX_EXT, on_disk, read_text, walk
from makevars import Variables, match

NAMES = ('Makefile', 'makefile', 'GNUmakefile', 'BSDmakefile', 'Makefile.in',
         'Makefile.am')
KEXT_SIGNS = re.compile(r'-mkernel|-DKERNEL\b|\.kext\b|kmod|-fapple-kext|'
                        r'-lkmod|-static')
IF = re.compile(r'\.?(ifeq|ifneq|ifdef|ifndef|if|else|elif|endif)\b\s*(.*)')


def files(top):
    """The Makefiles of kexts under top, the nearest first."""
    found = []
    for path in walk(top):
        name = os.path.basename(path)
        if name in NAMES[-2:] and os.path.isfile(os.path.splitext(path)[0]):
            continue
        if name in NAMES or path.endswith('.mk'):
            m = Makefile(path, package(top))
            if KEXT_SIGNS.search(m.text) and m.sources():
                found.append(m)
    return sorted(found, key=lambda m: m.path.count(os.sep))


def package(top):
    """What a configure script would say about name and version."""
    for name in ('configure.ac', 'configure.in'):
        path = os.path.join(top, name)
        if not os.path.isfile(path):
            continue
        text = re.sub(r'\bdnl\b[^\n]*', '', read_text(path))
        out = dict(re.findall(
            r'^([A-Z]\w*)=["\']?([^\s"\'$`]+)["\']?\s*$', text, re.M))
        m = re.search(r'\bA[CM]_INIT(?:_AUTOMAKE)?\(([^)]*)\)', text)
        args = [a.strip(' []"\n') for a in m.group(1).split(',')] if m else []
        if len(args) >= 2:
            out.update(PACKAGE=args[0], PACKAGE_NAME=args[0],
                       PACKAGE_TARNAME=args[0], VERSION=args[1],
                       PACKAGE_VERSION=args[1],
                       PACKAGE_STRING=args[0] + ' ' + args[1],
                       PACKAGE_BUGREPORT=(args + [''])[2])
        return out
    return {}


class Makefile:
    """One Makefile; also what a target of a project is to a build."""

    def __init__(self, path, inherited=None, seen=()):
        self.path, self.dir = path, os.path.dirname(path)
        self.seen = seen + (os.path.realpath(path),)
        self.vars = Variables(self.dir, inherited)
        self.rules, self.recipes = [], []
        self.text = read_text(path).replace('\r\n', '\n').replace('\\\n', ' ')
        if path.endswith('.in'):
            self.text = re.sub(r'@(\w+)@', lambda m: self.vars.get(
                m.group(1), ''), self.text)
        self._read(self.text)

    def _read(self, text):
        conditions, define = [], False
        for line in text.split('\n'):
            word = line.strip()
            if re.match(r'define\b', word):
                define = True
            if define:
                define = not re.match(r'endef\b', word)
                continue
            m = None if line.startswith('\t') else IF.match(word)
            if m:
                self._condition(conditions, m.group(1), m.group(2), word)
                continue
            if not all(c is True for c in conditions):
                continue
            if line.startswith('\t'):
                self.recipes.append(word)
                continue
            self._line(re.sub(r'(?<!\\)#.*', '', line).strip())

    def _condition(self, stack, word, rest, line):
        """The stack holds True for a taken branch, False for one that is
        not, None where a branch was taken already."""
        if word == 'endif':
            if stack:
                stack.pop()
            return
        if word in ('else', 'elif'):
            if not stack:
                return
            rest = line if word == 'elif' else rest.split('#')[0].strip()
            if stack[-1] is not False:
                stack[-1] = None
            else:
                stack[-1] = not rest or self.vars.holds(
                    rest.replace('elif', 'if', 1))
            return
        stack.append(self.vars.holds(line) if all(c is True for c in stack)
                     else None)

    def _line(self, line):
        m = re.match(r'[-s.]?include\s+(.*)', line)
        if m:
            for name in self.expand(m.group(1)).replace('"', ' ').split():
                path = os.path.join(self.dir, name)
                if (os.path.isfile(path) and
                        os.path.realpath(path) not in self.seen):
                    other = Makefile(path, self.vars, self.seen)
                    self.vars.update(other.vars)
                    self.text += other.text
                    self.recipes += other.recipes
            return
        m = re.match(r'(?:(?:export|override)\s+)*([\w.-]+)\s*'
                     r'(\?|\+|!|::?|)=\s*(.*)', line)
        if m:
            name, how, value = m.groups()
            if how == '!':
                value = self.expand('$(shell %s)' % value)
            if how == '+':
                self.vars[name] = (self.vars.get(name, '') + ' ' +
                                   value).strip()
            elif how != '?' or name not in self.vars:
                self.vars[name] = self.expand(value) if ':' in how else value
            return
        m = re.match(r'([^:=]+)::?(?!=)(.*)', line)
        if m:
            own = re.match(r'\s*([\w.-]+)\s*\+?=\s*(.*)', m.group(2))
            if own and re.search(r'FLAGS$', own.group(1)):
                # A variable of one target: flags of the kext's objects.
                self.vars['OWN_FLAGS'] = (self.vars.get('OWN_FLAGS', '') + ' ' +
                                          own.group(2))
            elif not own:
                self.rules.append((self.expand(m.group(1).strip()),
                                   m.group(2).split(';')[0]))

    def expand(self, text):
        """Text with all variables and functions replaced."""
        return self.vars.expand(text)

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
        folders = [''] + re.split(r'[\s:]+', self.expand(
            '$(VPATH) $(.PATH) $(srcdir)').strip())
        for word in self._words():
            base, ext = os.path.splitext(word)
            if '%' in word or '$' in word:
                continue
            if ext in C_EXT + CXX_EXT:
                tries = [word]
            elif ext == '.o':
                tries = self._made_from(word)
                tries += [base + e for e in C_EXT + CXX_EXT]
                tries += [os.path.basename(t) for t in tries]
            else:
                continue
            for t in [os.path.join(f, t) for t in tries for f in folders]:
                path = on_disk(os.path.normpath(os.path.join(self.dir, t)))
                if path and os.path.isfile(path):
                    found[path] = []
                    break
        return list(found.items())

    def _made_from(self, obj):
        """What pattern rules make an object from."""
        out = []
        for target, needs in self.rules:
            for pattern in target.split():
                stem = match(pattern, obj) if '%' in pattern else None
                if stem is not None:
                    out += [n.replace('%', stem) for n in
                            self.expand(needs).split() if '%' in n]
        return [p for p in out if p.endswith(C_EXT + CXX_EXT)]

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
