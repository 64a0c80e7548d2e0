#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every KPI header compiles when it is the only one and the first one
included, in C and C++, with gcc and clang; twice in a row too.  What kexts
define themselves stays undefined, and what they rely on is there.

Each header has a compiler run of its own in the oldest and newest language
and with either compiler; the languages between see all headers together, and
random choices of headers in random order.  Every name that published sources
use (wanted.txt) is there after its header, and exported."""
import concurrent.futures
import glob
import os
import random
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))))
KPI = ('kernel/kpi', 'net/kpi')
FLAGS = ['-ffreestanding', '-nostdinc', '-I', 'kernel/kpi', '-I', 'net/kpi',
         '-D__APPLE__=1', '-D__MACH__=1', '-D__APPLE_CC__=6000', '-Wall',
         '-Wextra', '-Werror', '-fsyntax-only']
C = [['gcc', '-xc', '-std=' + s] for s in ('gnu89', 'gnu99', 'gnu11', 'gnu17')]
CXX = [['g++', '-xc++', '-std=' + s, '-Wno-long-long']
       for s in ('gnu++98', 'gnu++17')]
CLANG = [['clang', '-xc', '-std=gnu11'],
         ['clang++', '-xc++', '-std=gnu++98', '-Wno-c++11-long-long'],
         ['clang++', '-xc++', '-std=gnu++17']]

# Names sources define for themselves.
NOT_MACROS = '''enqueue dequeue min max mtod m_freem m_adj in_hosteq satosin
    sintosa satosin6 sin6tosa SIN6 ip_newid log ASSERT DEBUG LOG nitems
    __packed'''.split()
NOT_STRUCTS = 'selinfo proc mbuf ifnet socket'.split()

# What must be visible after any one of these headers.
BRING = [
    ('sys/errno.h sys/systm.h sys/param.h sys/proc.h sys/kernel.h '
     'sys/sysctl.h sys/vnode.h', 'int x = EJUSTRETURN + ENOBUFS;'),
    ('sys/param.h sys/systm.h sys/proc.h sys/kernel.h sys/sysctl.h '
     'sys/vnode.h', 'int x = PATH_MAX + MAXPATHLEN + MIN(1, 2) + MAX(1, 2) + '
     'PZERO + UIO_MAXIOV + SIGKILL; struct e { TAILQ_ENTRY(e) t; '
     'LIST_ENTRY(e) l; };'),
    ('net/if.h sys/conf.h', 'struct e { TAILQ_ENTRY(e) t; LIST_ENTRY(e) l; };'),
    ('sys/param.h libkern/libkern.h sys/systm.h',
     'unsigned x = INT_MAX + UINT_MAX;'),
    ('kern/locks.h libkern/libkern.h string.h sys/param.h kern/debug.h '
     'net/kpi_interface.h sys/kpi_mbuf.h', 'void *x = NULL;'),
    ('mach/mach_types.h kern/clock.h kern/thread.h kern/task.h sys/systm.h '
     'sys/proc.h libkern/libkern.h sys/kpi_mbuf.h sys/vnode.h kern/locks.h',
     'boolean_t x = TRUE + FALSE;'),
    ('mach/mach_types.h kern/locks.h kern/thread.h libkern/libkern.h '
     'sys/systm.h sys/proc.h sys/sysctl.h', 'bool x = true;'),
    ('mach/mach_types.h mach/kmod.h kern/clock.h kern/locks.h kern/thread.h '
     'sys/systm.h sys/proc.h', 'kern_return_t x = KERN_SUCCESS; kmod_info_t *k;'),
    ('mach/mach_types.h kern/clock.h kern/locks.h kern/thread.h sys/systm.h '
     'sys/proc.h sys/sysctl.h',
     'unsigned long long x = NSEC_PER_SEC; thread_t t = THREAD_NULL;'),
    ('sys/malloc.h sys/systm.h', 'void f(void); void f(void) { char *p; '
     'MALLOC(p, char *, 4, M_TEMP, M_WAITOK); FREE(p, M_TEMP); }'),
    ('kern/locks.h sys/lock.h sys/proc.h sys/systm.h sys/sysctl.h '
     'sys/kauth.h', 'lck_mtx_t *m; lck_rw_t *r; lck_attr_t *a = '
     'LCK_ATTR_NULL; int x = LCK_RW_TYPE_SHARED;'),
    ('sys/sockio.h sys/ioctl.h sys/systm.h', 'int a = SIOCATMARK;'),
    ('sys/filio.h sys/ioctl.h sys/systm.h', 'int a = FIONREAD;'),
    ('net/if.h net/if_var.h', 'int x = IFNAMSIZ;'),
    ('netinet/in.h sys/types.h sys/param.h sys/socket.h '
     'net/kpi_interface.h sys/kpi_mbuf.h sys/systm.h string.h kern/debug.h',
     'int x = ntohs(1) + htons(2); unsigned y = htonl(1) + ntohl(2); '
     'user_addr_t u = USER_ADDR_NULL; u_long l; int m = major(0);'),
    ('sys/systm.h libkern/libkern.h', 'void f(void); void f(void) { char b[8];'
     ' printf("x"); snprintf(b, 8, "y"); bzero(b, 8); memcpy(b, b, 1); '
     'if (strlen(b) > min(1, 2) + max(1, 2)) panic("z"); copyin(0, b, 1); }'),
    ('string.h libkern/OSAtomic.h kern/debug.h kern/locks.h',
     'void f(void); void f(void) { char b[8]; bzero(b, 8); strlcpy(b, "x", 8);'
     ' strcpy(b, "y"); strcpy(b, "y", 8); }'),
    ('kern/assert.h kern/locks.h sys/proc.h sys/systm.h',
     'void f(int x); void f(int x) { assert(x); (void)x; }'),
    ('sys/sysctl.h', 'static int f SYSCTL_HANDLER_ARGS; static int f '
     'SYSCTL_HANDLER_ARGS { (void)oidp; (void)arg1; (void)arg2; (void)req; '
     'return 0; } static int v; SYSCTL_NODE(_net, OID_AUTO, a, CTLFLAG_RW, 0, '
     '"a") SYSCTL_INT(_net_a, OID_AUTO, b, CTLFLAG_RW, &v, 0, "b"); static '
     'SYSCTL_PROC(_net_a, OID_AUTO, c, CTLTYPE_INT | CTLFLAG_RW, &v, 0, f, '
     '"I", "c"); SYSCTL_NODE(, OID_AUTO, d, CTLFLAG_RW, 0, "d") void *u = '
     '&sysctl__net_a_c;'),
    ('mach/kmod.h mach/mach_types.h', '#define ID com.x.y\nstatic '
     'kern_return_t a(kmod_info_t *k, void *d) { (void)k; (void)d; return 0; }'
     ' KMOD_EXPLICIT_DECL(ID, "1.0", a, a)'),
]


def headers():
    for top in KPI:
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if name.endswith('.h'):
                    yield os.path.relpath(os.path.join(folder, name),
                                          os.path.join(ROOT, top))


def run(command, text, what):
    """None, or what the compiler said."""
    p = subprocess.run(command + FLAGS + ['-'], input=text, text=True,
                       cwd=ROOT, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=False)
    if p.returncode != 0:
        return '%s (%s)\n%s' % (what, ' '.join(command), p.stdout)
    return None


def forbidden(name):
    lines = ['#include <%s>' % name] * 2
    for m in NOT_MACROS:
        lines += ['#ifdef %s' % m, '#error %s is a macro' % m, '#endif']
    lines += ['struct %s { int mine; };' % s for s in NOT_STRUCTS]
    return '\n'.join(lines) + '\n'


def wanted():
    """{header: [name]} of wanted.txt."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        'wanted.txt')
    with open(path, encoding='ascii') as f:
        text = re.sub(r'#.*', '', f.read()).replace('\n\t', ' ')
    return {h: names.split() for h, names in
            (line.split(':', 1) for line in text.split('\n') if line)}


def use(names):
    """Each name is a macro, or something that has an address."""
    return ''.join('#ifndef %s\nvoid *use_%s(void);\nvoid *use_%s(void) '
                   '{ return (void *)&%s; }\n#endif\n' % (n, n, n, n)
                   for n in names)


def unexported():
    """Names that have to be exported and are not."""
    have = set()
    for path in glob.glob(os.path.join(ROOT, 'kernel/kext/exports/*.exports')):
        with open(path, encoding='ascii') as f:
            have |= {line.split('#')[0].strip() for line in f}
    return sorted(set(wanted()['exported']) - have)


def jobs():
    kernel = ['-DKERNEL=1']
    clang = CLANG if shutil.which('clang') else []
    names = sorted(headers())
    for h in names:
        text = '#include <%s>\n#include <%s>\n' % (h, h)
        for c in [C[0], CXX[0]] + clang[2:]:
            yield c + kernel, text, h
        yield C[2], text, h + ' without KERNEL'
        yield C[2] + kernel, forbidden(h), h
    for order in (names, names[::-1]):
        text = ''.join('#include <%s>\n' % h for h in order)
        for c in C + CXX + clang:
            yield c + kernel, text, 'all headers'
    chance = random.Random(20040429)
    for n in range(96):
        some = chance.sample(sorted(headers()), chance.choice((2, 3, 5, 40)))
        yield ((C + CXX + clang)[n % len(C + CXX + clang)] + kernel,
               ''.join('#include <%s>\n' % h for h in some), ' '.join(some))
    for h, names in wanted().items():
        if h != 'exported':
            for c in (C[0], C[2], CXX[0]):
                yield (c + kernel + ['-Wno-deprecated-declarations'],
                       '#include <%s>\n%s' % (h, use(names)), h + ' has')
    for names, text in BRING:
        for h in names.split():
            src = '#include <%s>\n%s\n' % (h, text)
            for c in (C[0], CXX[0]):
                yield (c + kernel + ['-Wno-unused', '-Wno-overflow',
                                     '-Wno-unused-function',
                                     '-Wno-sign-conversion',
                                     '-Wno-missing-field-initializers',
                                     '-Wno-cast-function-type'],
                       src, h + ' brings in')


def main():
    failed = total = 0
    for name in unexported():
        failed += 1
        print('%s is not exported' % name)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for out in pool.map(lambda j: run(*j), jobs()):
            total += 1
            if out:
                failed += 1
                print(out)
    if failed:
        print('%d of %d compilations failed' % (failed, total))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
