# SPDX-License-Identifier: BSD-2-Clause
"""What a kext needs of a folder in which no project lists its sources.

The folder may also hold a program, an older copy of a source or a port to
another system.  From the objects that have the start and stop functions (or
kmod_info) on, everything is followed that defines what is still undefined.
Sources with constructors run by themselves and count as needed.  The rest is
kept as well, unless it does not compile, defines something twice or needs
what exists nowhere.
"""
import os
import re

import elffile
import entry
from basics import Failure, read_text, strip_comments


# What the start library has.
LIBRARY = {'OSKextGetCurrentIdentifier', 'OSKextGetCurrentLoadTag',
           'OSKextGetCurrentVersionString', '_start', '_stop', '_realmain',
           '_antimain', '_kext_apple_cc', 'kmod_info', '__cxa_atexit',
           '__dso_handle'}


def needed(build, sources, objs, failed, undefined_by_set):
    """(sources, objects) without those that are in the way."""
    elfs = [elffile.ElfFile(o) for o in objs]
    names = {n for pair in entry.names_in(sources) for n in pair}
    names |= {build.opt.start, build.opt.stop, 'kmod_info'} | {
        build.variables.get('MODULE_START'), build.variables.get('MODULE_STOP')}
    exports = [{s.name for s in e.symbols if s.exported() and s.name}
               for e in elfs]
    strong = [{s.name for s in e.symbols if s.exported() and s.name and
               s.bind != elffile.WEAK} for e in elfs]
    needs = [{s.name for s in e.undefined()} for e in elfs]
    first = [i for i, e in enumerate(elfs)
             if names & {s.name for s in e.symbols if not s.undefined}]
    # Constructors run without anybody calling them.
    reach = first + [i for i, e in enumerate(elfs) if i not in first and any(
        s.name.startswith(('.init_array', '.ctors')) for s in e.sections)]
    if not first:
        if failed:
            raise failed[0][1]
        return sources, objs
    for i in reach:                         # grows while it is walked
        for name in sorted(needs[i]):
            makers = [j for j, e in enumerate(exports) if name in e]
            if set(makers) & set(reach):
                continue
            if len([j for j in makers if name in strong[j]]) > 1:
                raise Failure('%s all define %s: leave out others with '
                              '--exclude' % (', '.join(
                                  os.path.relpath(sources[j][0], build.opt.dir)
                                  for j in makers), name))
            reach += makers
    have = set().union(*(exports[i] for i in reach))
    missing = set().union(*(
        set(undefined_by_set(build.sdk, elfs[i]).get(None, []))
        for i in reach)) - have - LIBRARY
    if missing and failed:
        raise culprit(failed, missing)
    for path, why in failed:
        build.warn('leaving out %s, which does not compile and seems not to '
                   'be needed: %s' % (os.path.relpath(path, build.opt.dir),
                                      first_line(why)))
    keep = list(reach)
    defined = set().union(*(strong[i] for i in reach))
    everything = set().union(*exports)
    for i, e in enumerate(elfs):
        if i in reach:
            continue
        unknown = set(undefined_by_set(build.sdk, e).get(None, []))
        twice = strong[i] & defined
        unknown -= everything | LIBRARY
        if unknown or twice:
            build.warn('leaving out %s, which is not needed: it %s' % (
                os.path.relpath(sources[i][0], build.opt.dir),
                'defines %s again' % min(twice) if twice else
                'wants %s' % min(unknown)))
            continue
        keep.append(i)
        defined |= strong[i]
    keep.sort()
    return [sources[i] for i in keep], [objs[i] for i in keep]


def culprit(failed, missing):
    """The failure of the source that would have what is missing."""
    for path, why in failed:
        text = strip_comments(read_text(path))
        if any(re.search(r'\b%s\s*\(' % re.escape(n), text)
               for n in missing):
            return why
    return failed[0][1]


def first_line(failure):
    """The compiler's first error."""
    for line in str(failure).split('\n'):
        if 'error:' in line:
            return line.split('error:', 1)[1].strip()
    return str(failure).split('\n', maxsplit=1)[0]

