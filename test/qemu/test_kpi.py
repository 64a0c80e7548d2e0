# SPDX-License-Identifier: BSD-2-Clause
"""The behaviour tests of the KPI: kexts that call it and judge the results.

Each kext under test/kexts with a KPI_TEST_KEXT runs its cases when it is
loaded and prints a line for each to the log (see test/kexts/lib/kpitest.h)."""
import glob
import os
import re

import pytest

from test.lib import kpi
from test.lib.qemu import EXIT_PANIC, ROOT, UserNet


def kexts():
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "test/kexts/*/*.c*"))):
        with open(path, encoding="utf-8") as f:
            if re.search(r"^KPI_TEST_KEXT\(|\bkpi_run\(", f.read(), re.M):
                found.append(os.path.basename(os.path.dirname(path)))
    return sorted(set(found))


@pytest.mark.parametrize("kext", kexts())
def test_kpi(vm, kext):
    m = vm(net=UserNet())
    identifier, passed, _ = kpi.run(m, "/test/%s.kext" % kext)
    fails = re.findall(r"KPI FAIL .*", m.con.all)
    assert not fails, "\n".join(fails)
    assert passed > 0
    if kext == "kpi_filter":    # its endless loop, told and not flooded
        assert 1 <= m.con.all.count("ipfilter: a packet was injected") <= 2
    # What the cases made they have given back: the kext can go.
    m.run("kextunload %s" % identifier)


@pytest.mark.parametrize("which, text", [
    ("panic", r"panic: kpi_panic says 42[\s\S]*System model name: Kpi1,2"),
    ("call", r"some_file\.c:77: .*some condition"),
    ("assert", r"kpi_panic\.c:\d+: .*two == 3"),
])
def test_kpi_panic(vm, which, text):
    """panic() and a failed assert() stop the system and name the kext."""
    m = vm(net=UserNet(), append="kpi_panic=" + which)
    m.send("kextload /test/kpi_panic.kext\r")
    m.expect(text, 30)
    assert m.wait_exit(30) == EXIT_PANIC
    assert "org.unikext.test.kpi_panic" in m.con.pending
