# SPDX-License-Identifier: BSD-2-Clause
"""A whole build, from a folder to one file; see kextbuild."""
import copy
import json
import os
import re
import shutil
import sys

import closure
import elffile
import entry
import lines
import makefile
from basics import (BUNDLE_SECTION, CXX_EXT, C_EXT, EMPTY, Failure, HDR_EXT,
                    KERNEL, KPI, SETS, Several, read_text, walk)
from bundle import Bundle, find_plist, make_bundle
from compiler import Build
from sources import find_sources


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
    """(sources, objects); retried as old C if that defines more.  Without a
    project that lists them, sources the kext does not need may fail."""
    guessed = ((build.target is None or
                isinstance(build.target, makefile.Makefile)) and
               not build.opt.source and not build.opt.program)
    failed, good, objs = [], [], []
    for source in sources:
        try:
            objs.append(build.compile(*source))
            good.append(source)
        except Failure as e:
            if not guessed or len(sources) == 1:
                raise
            failed.append((source[0], e))
    if guessed and (failed or len(objs) > 1):
        good, objs = closure.needed(build, good, objs, failed,
                                    undefined_by_set)
    merged = os.path.join(build.tmp, 'merged.o')
    build.link(objs, merged)
    elf = elffile.ElfFile(merged)
    unknown = undefined_by_set(build.sdk, elf).get(None, [])
    if unknown and 'gnu89' not in str(build.opt.std):
        texts = ''.join(read_text(p) for p in walk(build.opt.dir)
                        if p.endswith(C_EXT + HDR_EXT))
        if any(re.search(r'\binline\b[^;{}()]*\b%s\s*\(' % re.escape(n),
                         texts) for n in unknown):
            build.say('inline functions are meant as in gnu89')
            build.extra = ['-fgnu89-inline']
            objs = [build.compile(p, f) for p, f in good]
    return good, objs


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
    sources, objs = compile_all(build, sources)
    merged = os.path.join(build.tmp, 'merged2.o')
    build.link(objs, merged)
    elf = elffile.ElfFile(merged)
    if not opt.program:
        if elf.defined('kmod_info') is None:
            src = build.write('kmod_info.c', entry.kmod_source(
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
    if not sets and set(KERNEL) & set(bundle.libraries):
        sets = set(SETS)
    others = [lib for lib in bundle.libraries
              if not lib.startswith(KPI) and lib not in KERNEL + EMPTY]
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
    """kextbuild DIR: the kext that the folder makes, or each of them."""
    try:
        return run_one(sdk, copy.copy(opt))
    except Several as e:
        folder = opt.output or os.getcwd()
        if opt.target or opt.depfile or opt.debug or not (
                os.path.isdir(folder) or folder.endswith(os.sep)):
            raise
        status = 0
        for name in e.names:
            one = copy.copy(opt)
            one.target = name
            one.output = os.path.join(folder, os.path.basename(name) + '.kext')
            try:
                status |= run_one(sdk, one)
            except Failure as wrong:
                print('kextbuild: %s: %s' % (name, wrong), file=sys.stderr)
                status = 1
        return status


def run_one(sdk, opt):
    """One kext; also kextbuild --check DIR and --inspect DIR."""
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
        out = opt.output or os.getcwd()
        if os.path.isdir(out) or out.endswith(os.sep):
            out = os.path.join(out, os.path.basename(opt.dir) + '.kext')
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
