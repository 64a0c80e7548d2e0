# SPDX-License-Identifier: BSD-2-Clause
"""Which project, and which files of a folder, make the kext."""
import fnmatch
import os
import re

import bundle
import makefile
import xcode
from basics import (C_EXT, CXX_EXT, Failure, Several, on_disk, read_text,
                    strip_comments, walk)

# Headers of the applications' C library: a source that includes them for the
# kernel side is not part of a kext.
USER_HEADERS = {'stdio.h', 'stdlib.h', 'unistd.h', 'ctype.h', 'locale.h',
                'math.h', 'arpa/inet.h', 'err.h', 'getopt.h', 'netdb.h',
                'pthread.h', 'signal.h', 'syslog.h', 'sysexits.h', 'errno.h',
                'assert.h', 'time.h', 'fcntl.h', 'iostream',
                'CoreFoundation/CoreFoundation.h',
                'Foundation/Foundation.h', 'Cocoa/Cocoa.h',
                'SystemConfiguration/SystemConfiguration.h'}


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
    text = kernel_side(strip_comments(read_text(path)))
    if re.search(r'^(?:int|void)?\s*main\s*\([^;]*\)\s*\{', text, re.M):
        return 'it has a main()'
    for name in re.findall(r'#\s*(?:include|import)\s*[<"]([^>"]+)[>"]',
                           text):
        if name in USER_HEADERS:
            return 'it includes <%s>' % name
    return None


def included(paths):
    """Those of the sources that others include: they are not compiled."""
    out = set()
    for p in paths:
        for inc in re.findall(r'#\s*(?:include|import)\s*"([^"]+\.c\w*)"',
                              strip_comments(read_text(p))):
            near = os.path.normpath(os.path.join(os.path.dirname(p), inc))
            out.update([near] if near in paths else [
                q for q in paths if os.path.basename(q) ==
                os.path.basename(inc) and q != p])
    return out


def find_sources(opt, target, say):
    """(path, flags) of what is to be compiled."""
    if opt.source:
        return [(os.path.abspath(s) if os.path.exists(s) else
                 os.path.join(opt.dir, s), []) for s in opt.source]
    if target is not None:
        for p, _ in target.sources():
            if p.endswith(('.s', '.S', '.asm')):
                say('leaving out %s: it is in the assembler\'s form for the '
                    'reference\'s object files' % os.path.relpath(p, opt.dir))
        found = [(on_disk(p) or p, f) for p, f in target.sources()
                 if p.endswith(C_EXT + CXX_EXT)]
        if isinstance(target, makefile.Makefile):
            found = [(p, f) for p, f in found if not user_side(p)]
        if found:
            return _excluded(opt, found)
    found = []
    others = other_kexts(opt)
    for path in walk(opt.dir):
        if not path.endswith(C_EXT + CXX_EXT):
            continue
        if path.startswith(others):
            say('leaving out %s: it is another kext\'s' %
                os.path.relpath(path, opt.dir))
            continue
        why = None if opt.program else user_side(path)
        if why:
            say('leaving out %s: %s' % (os.path.relpath(path, opt.dir), why))
        else:
            found.append((path, []))
    for path in included([p for p, _ in found]):
        say('leaving out %s: others include it' %
            os.path.relpath(path, opt.dir))
        found.remove((path, []))
    return _excluded(opt, found)


def other_kexts(opt):
    """Folders, as prefixes, of kexts beside or inside this one."""
    tops = {kext_folder(p) for p, _ in bundle.kext_plists(opt.dir)}
    if opt.plist:
        own = kext_folder(os.path.abspath(opt.plist))
    else:
        own = min(tops, key=len, default=opt.dir)
    return tuple(t + os.sep for t in tops
                 if t != own and not own.startswith(t + os.sep))


def kext_folder(plist):
    """The folder of the kext that a property list is of."""
    folder = os.path.dirname(plist)
    while os.path.basename(folder) in ('Contents', 'Resources'):
        folder = os.path.dirname(folder)
    return folder


def _excluded(opt, found):
    return [(p, f) for p, f in found if not any(
        fnmatch.fnmatch(os.path.relpath(p, opt.dir), e) or
        fnmatch.fnmatch(os.path.basename(p), e) for e in opt.exclude)]


def find_project(opt, say):
    """The kext target of the folder's Xcode project or Makefile, or None."""
    files = [p for p in walk(opt.dir) if p.endswith('project.pbxproj')]
    files.sort(key=lambda p: p.count(os.sep))
    wanted, known = [], []
    for path in files:
        try:
            project = xcode.Project(path)
        except (ValueError, IndexError, AttributeError) as e:
            say('%s can not be read: %s' % (path, e))
            continue
        known += [t.name for t in project.targets]
        if opt.target:
            wanted += [t for t in project.targets if t.name == opt.target]
        else:
            wanted += project.kext_targets()
    if not wanted:
        # Perhaps the project is only that of an application beside it.
        makes = makefile.files(opt.dir)
        known += [m.name for m in makes]
        wanted = [m for m in makes
                  if not opt.target or opt.target in m.names()]
        if len(wanted) > 1 and not opt.target:
            # One above the others builds them all, or is shared by them.
            wanted = [m for m in wanted if _has_plist(m.dir)] or wanted
    if opt.target and not wanted:
        raise Failure('there is no target %s%s' % (
            opt.target, ', only ' + ', '.join(known) if known else ''))
    wanted = list({(t.name, tuple(p for p, _ in t.sources())): t
                   for t in reversed(wanted)}.values())
    if len(wanted) > 1:
        raise Several(sorted({t.name for t in wanted}))
    return wanted[0] if wanted else None


def _has_plist(folder):
    return any('plist' in name for name in os.listdir(folder))
