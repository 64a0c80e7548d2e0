# SPDX-License-Identifier: BSD-2-Clause
"""Variables, functions and conditions of make, as far as they are pure.

`$(shell ...)` is not run: only the contents of a file that `cat` would print
are known.
"""
import glob
import os
import re

from basics import read_text

CLOSE = {'(': ')', '{': '}'}


def split(text, separator=','):
    """text at the separators that stand outside of all brackets."""
    out, depth, last = [], 0, 0
    for i, c in enumerate(text):
        if c in '({':
            depth += 1
        elif c in ')}':
            depth -= 1
        elif c == separator and depth == 0:
            out.append(text[last:i])
            last = i + 1
    return out + [text[last:]]


class Variables(dict):
    """Variables by name, and what text means with them."""

    def __init__(self, folder, inherited=None):
        super().__init__(inherited or {})
        self.dir = folder

    def expand(self, text, depth=0):
        """Replaces $(X), ${X}, $(X:.a=.b), $(X:sh), and functions."""
        if depth > 24:
            return text
        out, i = [], 0
        while i < len(text):
            j = text.find('$', i)
            if j < 0 or j + 1 >= len(text):
                break
            out.append(text[i:j])
            c = text[j + 1]
            if c not in CLOSE:
                # Automatic variables and the shell's own stay as they are.
                out.append(text[j:j + 2])
                i = j + 2
                continue
            end, level = j + 2, 1
            while end < len(text) and level:
                level += (text[end] == c) - (text[end] == CLOSE[c])
                end += 1
            body = text[j + 2:end - 1] if not level else text[j + 2:]
            out.append(self._reference(body, depth + 1))
            i = end
        return ''.join(out) + text[i:]

    def _reference(self, body, depth):
        call = re.match(r'([a-z-]+)\s+(.*)', body, re.S)
        if call and call.group(1) in LAZY:
            return LAZY[call.group(1)](self, split(call.group(2)), depth)
        if call and call.group(1) in FUNCTIONS:
            return FUNCTIONS[call.group(1)](self, [
                self.expand(a, depth) for a in split(call.group(2))])
        body = self.expand(body, depth)
        name, colon, change = body.partition(':')
        value = self.expand(self.get(name.strip(), ''), depth)
        if colon and '=' in change:
            a, b = change.split('=', 1)
            if '%' not in a:
                a, b = '%' + a, '%' + b
            value = _patsubst(self, [a, b, value])
        return value

    def holds(self, line):
        """Whether the condition of an `if...` line holds."""
        word, rest = re.match(r'\.?(\w+)\s*(.*)', line).groups()
        if word in ('ifdef', 'ifndef'):
            name = self.expand(rest.strip())
            return bool(self.get(name)) == (word == 'ifdef')
        if word in ('ifeq', 'ifneq'):
            rest = rest.strip()
            if rest.startswith('('):
                sides = split(rest[1:rest.rfind(')')])
            else:
                sides = [a or b for a, b in re.findall(
                    r'"([^"]*)"|\'([^\']*)\'', rest)]
            sides = [self.expand(s).strip() for s in sides] + ['', '']
            return (sides[0] == sides[1]) == (word == 'ifeq')
        # BSD's form: only "is it defined" can be told.
        m = re.match(r'(!?)\s*defined\s*\(\s*(\w+)\s*\)$', rest.strip())
        return bool(m) and (m.group(2) in self) != bool(m.group(1))


def match(pattern, word):
    """What % stands for in the word, or None; a pattern without % is itself."""
    pre, percent, post = pattern.partition('%')
    if not percent:
        return '' if word == pattern else None
    if (len(word) < len(pre + post) or not word.startswith(pre) or
            not word.endswith(post)):
        return None
    return word[len(pre):len(word) - len(post)]


def _patsubst(_vars, args):
    if len(args) < 3:
        return ''
    a, b, out = args[0].strip(), args[1].strip(), []
    for word in ','.join(args[2:]).split():
        stem = match(a, word)
        out.append(word if stem is None else b.replace('%', stem))
    return ' '.join(out)


def _filter(keep):
    def function(_vars, args):
        patterns = args[0].split()
        return ' '.join(w for w in ','.join(args[1:]).split() if keep == any(
            match(p, w) is not None for p in patterns))
    return function


def _wildcard(variables, args):
    out = []
    for pattern in ' '.join(args).split():
        for p in sorted(glob.glob(os.path.join(variables.dir, pattern))):
            # As make says it: the pattern's own folder is kept in front.
            out.append(p if os.path.isabs(pattern) else
                       p[len(variables.dir):].lstrip(os.sep))
    return ' '.join(out)


def _shell(variables, args):
    m = re.fullmatch(r'\s*cat\s+([\w./+-]+)\s*(?:2>\s*\S+)?\s*', ','.join(args))
    path = os.path.join(variables.dir, m.group(1)) if m else ''
    return ' '.join(read_text(path).split()) if os.path.isfile(path) else ''


def _foreach(variables, args, depth):
    if len(args) < 3:
        return ''
    name, out = variables.expand(args[0], depth).strip(), []
    for word in variables.expand(args[1], depth).split():
        inner = Variables(variables.dir, variables)
        inner[name] = word
        out.append(inner.expand(','.join(args[2:]).lstrip(), depth))
    return ' '.join(out)


def _if(variables, args, depth):
    yes = variables.expand(args[0], depth).strip() != ''
    chosen = args[1:2] if yes else args[2:3]
    return variables.expand(chosen[0], depth) if chosen else ''


def _or(variables, args, depth):
    for a in args:
        value = variables.expand(a, depth).strip()
        if value:
            return value
    return ''


def _call(variables, args, depth):
    inner = Variables(variables.dir, variables)
    for i, a in enumerate(args):
        inner[str(i)] = variables.expand(a, depth).strip()
    text = re.sub(r'\$(\d)', r'$(\1)', inner.get(inner['0'], ''))
    return inner.expand(text, depth)


def _words(function):
    """A function of each word."""
    return lambda _vars, args: ' '.join(map(function, ','.join(args).split()))


def _subst(_vars, args):
    if len(args) < 3 or not args[0]:
        return ''
    return ','.join(args[2:]).replace(args[0], args[1])


def _nth(_vars, args):
    words = ','.join(args[1:]).split()
    n = int(args[0]) if args[0].strip().isdigit() else 0
    return words[n - 1] if 0 < n <= len(words) else ''


LAZY = {'foreach': _foreach, 'if': _if, 'or': _or, 'call': _call}
FUNCTIONS = {
    'patsubst': _patsubst, 'subst': _subst, 'wildcard': _wildcard,
    'shell': _shell, 'word': _nth,
    'filter': _filter(True), 'filter-out': _filter(False),
    'notdir': _words(os.path.basename),
    'dir': _words(lambda w: (os.path.dirname(w) or '.') + '/'),
    'basename': _words(lambda w: os.path.splitext(w)[0]),
    'suffix': _words(lambda w: os.path.splitext(w)[1]),
    'abspath': lambda v, a: ' '.join(os.path.normpath(os.path.join(v.dir, w))
                                     for w in ','.join(a).split()),
    'realpath': lambda v, a: ' '.join(os.path.normpath(os.path.join(v.dir, w))
                                      for w in ','.join(a).split()),
    'addprefix': lambda _v, a: ' '.join(a[0] + w
                                        for w in ','.join(a[1:]).split()),
    'addsuffix': lambda _v, a: ' '.join(w + a[0].strip()
                                        for w in ','.join(a[1:]).split()),
    'strip': lambda _v, a: ' '.join(','.join(a).split()),
    'sort': lambda _v, a: ' '.join(sorted(set(','.join(a).split()))),
    'firstword': lambda _v, a: ''.join(','.join(a).split()[:1]),
    'lastword': lambda _v, a: ''.join(','.join(a).split()[-1:]),
    'words': lambda _v, a: str(len(','.join(a).split())),
    'findstring': lambda _v, a: a[0] if len(a) > 1 and a[0] in a[1] else '',
    'info': lambda _v, _a: '', 'warning': lambda _v, _a: '',
    'error': lambda _v, _a: '', 'eval': lambda _v, _a: '',
}
