# SPDX-License-Identifier: BSD-2-Clause
"""The behaviour tests of the KPI: kexts that call it and judge the results.

Each kext under test/kexts with a KPI_TEST_KEXT runs its cases when it is
loaded and prints a line for each to the log (see test/kexts/lib/kpitest.h)."""
import glob
import os
import re

import pytest

from test.lib.qemu import ROOT, UserNet


def kexts():
    found = []
    for path in sorted(glob.glob(os.path.join(ROOT, "test/kexts/*/*.c*"))):
        with open(path, encoding="utf-8") as f:
            if re.search(r"^KPI_TEST_KEXT\(", f.read(), re.M):
                found.append(os.path.basename(os.path.dirname(path)))
    return sorted(set(found))


@pytest.mark.parametrize("kext", kexts())
def test_kpi(vm, kext):
    m = vm(net=UserNet())
    m.send("kextload /test/%s.kext\r" % kext)
    done = m.expect(r"KPI DONE (\S+): (\d+) passed, (\d+) failed|kextload: .*$",
                    60)
    assert done.group(1), done.group(0)
    fails = re.findall(r"KPI FAIL .*", m.con.all)
    assert not fails, "\n".join(fails)
    assert int(done.group(2)) > 0
    m.wait_shell()
    # What the cases made they have given back: the kext can go.
    m.run("kextunload %s" % done.group(1))
