# SPDX-License-Identifier: BSD-2-Clause
"""Fixtures of the QEMU scenarios: a folder a case, machines, networks.

Whatever a case opens through a fixture is closed when it ends, machines
first.  On failure the end of each console is part of the report."""
import os
import re
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
from test.lib import qemu  # noqa: E402


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call":
        item.failed = report.failed
        if report.failed:
            for vm in getattr(item, "machines", []):
                if vm.con:
                    report.sections.append(("console of " + vm.dir, vm.con.all[-3000:]))


@pytest.fixture
def case_dir(request):
    """build/test/<case>, emptied."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", request.node.name).strip("-")
    path = os.path.join(qemu.BUILD, "test", request.module.__name__.split(".")[-1] + "." + name)
    os.makedirs(path, exist_ok=True)
    for n in os.listdir(path):
        p = os.path.join(path, n)
        if os.path.isfile(p):
            os.unlink(p)
    return path


@pytest.fixture
def closing():
    """closing(x): x.close() runs when the case ends, last opened first."""
    opened = []

    def add(x):
        opened.append(x)
        return x
    yield add
    errors = []
    for x in reversed(opened):
        try:
            x.close()
        except Exception as e:      # the others have to be closed as well
            errors.append(e)
    if errors:
        raise errors[0]


@pytest.fixture
def vm(request, case_dir, closing):
    """vm(**options): a started machine, see test/lib/qemu.py."""
    request.node.machines = []

    def make(shell=True, **options):
        folder = case_dir
        if request.node.machines:
            folder = "%s/vm%d" % (case_dir, len(request.node.machines) + 1)
        m = closing(qemu.Vm(folder, **options))
        request.node.machines.append(m)
        m.start()
        if shell:
            m.wait_shell()
        return m
    return make


@pytest.fixture(params=["virtio", "e1000"])
def nic(request):
    return request.param


@pytest.fixture
def tap(closing):
    from test.lib.net import Tap
    return closing(Tap())


@pytest.fixture
def dnsmasq(tap, case_dir, closing):
    from test.lib.net import Dnsmasq
    return closing(Dnsmasq(tap, case_dir, {"printer.test": "10.77.0.99"}))
