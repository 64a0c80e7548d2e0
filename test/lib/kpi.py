# SPDX-License-Identifier: BSD-2-Clause
"""Runs the KPI test kexts (test/kexts/lib/kpitest.h)."""


def run(m, path, limit=240):
    """Loads one; (identifier, passed, failed).  Starts the programs that its
    cases ask for with "KPI RUN"."""
    m.send("kextload %s &\r" % path)
    while True:
        got = m.expect(r"KPI RUN ([^\n]+)\n|KPI DONE (\S+): (\d+) passed, (\d+) failed\n|"
                       r"kextload: [^\n]*\n", limit)
        if got.group(1):
            m.send(got.group(1).strip() + "\r")
            continue
        assert got.group(2), got.group(0)
        m.run("wait", timeout=60)
        return got.group(2), int(got.group(3)), int(got.group(4))
