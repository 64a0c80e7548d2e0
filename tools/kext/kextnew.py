# SPDX-License-Identifier: BSD-2-Clause
"""kextbuild --new: a kext to start from."""
KINDS = ('socket-filter', 'ip-filter', 'interface-filter', 'interface',
         'control')


def create(name, kind, where, lib):
    """Writes the folder."""
    raise NotImplementedError((name, kind, where, lib))
