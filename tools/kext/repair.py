# SPDX-License-Identifier: BSD-2-Clause
"""What a failed compilation wants, when that can be told for certain.

The reference's headers include one another in ways that nobody promised, its
file system does not tell upper from lower case, its compiler takes a function
of another source without a prototype: sources rely on it.  Everything done
here is said as a remark; what can not be helped fails with the compiler's own
words or, for a header, with one sentence about it.
"""
import os
import re

import makefile
from basics import (C_EXT, CXX_EXT, Failure, find_folded, on_disk, read_text,
                    strip_comments, walk)
from bundle import TEMPLATE, expand_soft

MISSING = re.compile(r"^(.*?):(\d+):\d+: fatal error: '?(.+?)'?(?:: No such "
                     r'file| file not found)', re.M)
CALLED = re.compile(r"implicit declaration of function '(\w+)'|"
                    r"call to undeclared function '(\w+)'")
WANTED = re.compile(
    r"unknown type name '(?:const |struct )*(\w+)'|'(\w+)' undeclared|"
    r"'(\w+)' was not declared in this scope|'(\w+)' does not name a type|"
    r"use of undeclared identifier '(\w+)'|'(\w+)' has not been declared|"
    r"(?:incomplete|undefined) type '(?:const |volatile |struct |union )*(\w+)'|"
    r"forward declaration of 'struct (\w+)'")
SIZELESS = re.compile(r"storage size of '(\w+)' isn't known|"
                      r"field '(\w+)' has incomplete type|"
                      r"variable '(\w+)' has initializer but incomplete type")
AVAILABILITY = re.compile(r"'(introduced|deprecated|obsoleted)' undeclared|"
                          r"'(introduced)' was not declared")
NO_TRAMPOLINE = 'trampoline generated for nested function'


def attempt(build, path, text, given):
    """More flags to try it with, [] to try it again; None when nothing is
    known.  Failure with a better sentence than the compiler's."""
    if NO_TRAMPOLINE in text:
        m = re.search(r"^(.*?):(\d+):.*nested function '(\w+)'", text, re.M)
        raise Failure('%s:%s: the address of the nested function %s is taken: '
                      'the code that needs would be on the stack, which can '
                      'not be executed' % (
                          os.path.relpath(m.group(1), build.opt.dir),
                          m.group(2), m.group(3)) if m else text)
    missing = MISSING.search(text)
    if missing:
        if not fold(build, missing.group(3)):
            raise Failure(no_header(build, *missing.groups()))
        return []
    if build.opt.strict:
        return None
    if AVAILABILITY.search(text) and '-Davailability(...)=__unused__' not in \
            given:
        return ['-Davailability(...)=__unused__']
    return _implied(build, path, text, given)


def _names(pattern, text):
    return {g for groups in pattern.findall(text)
            for g in (groups if isinstance(groups, tuple) else (groups,)) if g}


def _implied(build, path, text, given):
    """Headers of the SDK for names that the source takes for declared."""
    called = _names(CALLED, text)
    names = called | _names(WANTED, text)
    source = strip_comments(read_text(path))
    for var in _names(SIZELESS, text):
        names |= set(re.findall(r'\bstruct\s+(\w+)\s+[^;{}()]*\b%s\b' % var,
                                source))
    more = []
    for name in sorted(names):
        header = build.sdk.header_of(name)
        if header and header not in given + more:
            build.say('<%s> included for %s' % (header, name))
            more += ['-include', header]
            called.discard(name)
    quiet = '-Wno-error=implicit-function-declaration'
    if not more and called and quiet not in given and all(
            _returns_int(build, n) for n in called):
        build.say('declared nowhere, defined in another source: ' +
                  ', '.join(sorted(called)))
        more.append(quiet)
    return more or None


def _returns_int(build, name):
    """Whether a source of the folder defines the function, and returns what
    a caller who saw no declaration expects."""
    for p in walk(build.opt.dir):
        if not p.endswith(C_EXT):
            continue
        m = re.search(r'^([^;{}#()]*)\b%s\s*\([^;{}]*\)(?:[^;{}()]*;)*\s*\{' %
                      re.escape(name), strip_comments(read_text(p)), re.M)
        if m:
            words = m.group(1).split()
            return '*' not in m.group(1) and 'static' not in words and not any(
                re.search(r'64|_t$|long', w) for w in words
                if w not in ('errno_t', 'kern_return_t', 'boolean_t'))
    return False


def fold(build, name):
    """Makes a header findable that is there, but spelled in other letters,
    without the folder in front, or as a template; whether that was so."""
    link = os.path.join(build.folded, name)
    if os.path.lexists(link):
        return False
    tail = os.path.basename(name)
    found = [p for p in walk(build.opt.dir)
             if find_folded(tail, [os.path.basename(p)])]
    # Applications reach the same headers through these frameworks.
    plain = re.sub(r'^(Kernel|System)/', '', name)
    for d in build.sdk.includes:
        path = on_disk(os.path.join(d, plain))
        if path:
            found = [path]
    os.makedirs(os.path.dirname(link), exist_ok=True)
    if not found:
        found = [p for p in walk(build.opt.dir)
                 if os.path.basename(p) in (tail + '.in', tail + '.tmpl',
                                            tail + '.template')]
        if len(found) == 1:
            build.say('<%s> made from %s' % (name, found[0]))
            with open(link, 'w', encoding='utf-8') as f:
                f.write(configured(build, read_text(found[0])))
            return True
    if len(found) != 1:
        return False
    build.say('<%s> taken to be %s' % (name, found[0]))
    os.symlink(found[0], link)
    return True


def configured(build, text):
    """A header's template with what is known filled in; what a configure
    script would have to find out on the author's machine stays undefined."""
    def one(m):
        name = next(g for g in m.groups() if g)
        value = build.variables.get(name)
        return m.group() if value is None else expand_soft(
            str(value), build.variables)

    def undef(m):
        value = build.variables.get(m.group(1))
        if value is None:
            return '/* %s */' % m.group()
        value = expand_soft(str(value), build.variables)
        return '#define %s %s' % (m.group(1), value if value.isdigit() else
                                  '"%s"' % value)
    if isinstance(build.target, makefile.Makefile):
        for old, new in build.target.edits():
            text = text.replace(old, new)
    return TEMPLATE.sub(one, re.sub(r'^#\s*undef\s+(\w+)\s*$', undef, text,
                                    flags=re.M))


def no_header(build, where, line, name):
    """The sentence about a header that is nowhere."""
    where = os.path.relpath(where, build.opt.dir) \
        if os.path.isabs(where) else where
    text = '%s:%s includes "%s", which ' % (where, line, name)
    if re.match(r'IOKit/|libkern/c\+\+/', name):
        return text + ('belongs to the I/O Kit\'s classes: the SDK has the '
                       'BSD, libkern and Mach interfaces in C only')
    scripts = build.target.scripts() if build.target else []
    for script, body in scripts:
        if os.path.basename(name) in body:
            return text + ('the project\'s script "%s" would make: make it '
                           'and give its folder with -I' % script)
    return text + ('is neither in the folder nor in the SDK: if something '
                   'generates it, make it and give its folder with -I')
