# SPDX-License-Identifier: BSD-2-Clause
"""Sockets in great numbers."""
import re

from test.lib.baseline import FIGURES, compare, documents, least, numbers

LOAD = "kextload /test/sockmany.kext\n"
UNLOAD = "kextunload org.unikext.test.sockmany\n"
LOOK = "sleep 1\n" + FIGURES


def test_20000_kernel_sockets(vm):
    """A kext opens and uses 20,000 sockets in 512 MB; gone, nothing is left."""
    count = "netstat -s | grep 'sockets now'\n"
    # Once before: caches and tables reach their size.
    script = (LOAD + UNLOAD + LOOK * 2 + count + LOAD + count + UNLOAD + count + LOOK * 2)
    m = vm(mem=512, append="ip=none", files={"etc/many": script.encode()})
    out = m.run("sh /etc/many", timeout=500)
    before, most, after = (int(n) for n in re.findall(r"(\d+) sockets now", out))
    assert most == before + 19999 and after == before
    docs = documents(out)
    assert len(docs) == 12
    looks = [numbers(*docs[i:i + 3]) for i in range(0, 12, 3)]
    assert compare(least(looks[:2]), least(looks[2:])) == ""
