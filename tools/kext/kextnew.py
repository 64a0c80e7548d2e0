# SPDX-License-Identifier: BSD-2-Clause
"""kextbuild --new: a kext to start from, with its own test."""
import os
import re
import zlib

from basics import Failure

KINDS = ('socket-filter', 'ip-filter', 'interface-filter', 'interface',
         'control')


def create(name, kind, where, lib):
    """Writes the folder `where` (or NAME) out of the templates."""
    if not kind:
        raise Failure('--new needs --kind: ' + ', '.join(KINDS))
    ident = re.sub(r'\W', '_', name)
    if not re.fullmatch(r'[A-Za-z]\w{0,15}', ident) or (
            kind == 'interface' and not re.fullmatch(r'[a-z]{1,8}', ident)):
        raise Failure('"%s" can not be the name of a kext%s' % (
            name, ': interfaces have up to eight small letters'
            if kind == 'interface' else ''))
    folder = where or name
    if os.path.exists(folder) and os.listdir(folder):
        raise Failure('%s is there already' % folder)
    values = {'name': ident, 'NAME': ident.upper(), 'kind': kind,
              'id': 'org.example.' + ident,
              'hex': '%08x' % (zlib.crc32(ident.encode()) | 1)}
    os.makedirs(folder, exist_ok=True)
    top = os.path.join(lib, 'templates')
    for source, target in ((kind + '.c', ident + '.c'),
                           (kind + '.test', ident + '.test'),
                           ('Info.plist', 'Info.plist'),
                           ('README.md', 'README.md')):
        with open(os.path.join(top, source), encoding='ascii') as f:
            text = f.read()
        text = re.sub(r'@(\w+)@', lambda m: values[m.group(1)], text)
        with open(os.path.join(folder, target), 'w', encoding='ascii') as f:
            f.write(text)
    print('%s: %s %s; kextbuild %s builds it, %s/README.md goes on' % (
        folder, 'an' if kind[0] in 'aeiou' else 'a', kind, folder, folder))
    return 0
