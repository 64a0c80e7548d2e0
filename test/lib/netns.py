# SPDX-License-Identifier: BSD-2-Clause
"""Runs the test process inside a network namespace of its own.

Loaded first (`-p test.lib.netns`): it executes the same command again under
`unshare -n`, so taps, addresses, routes and daemons vanish with the process,
however it ends.  Where that is not possible (no root, no user namespaces)
UKX_NETNS says "no" and tests that need a tap skip.
"""
import os
import shutil
import subprocess
import sys

VAR = "UKX_NETNS"


def available():
    return os.environ.get(VAR) == "yes"


def _enter():
    if os.environ.get(VAR):
        return
    for cmd in (["unshare", "-n"], ["unshare", "-r", "-n"]):
        if not shutil.which("unshare"):
            break
        if subprocess.run(cmd + ["true"], capture_output=True).returncode == 0:
            os.environ[VAR] = "yes"
            args = sys.orig_argv[1:]
            os.execvp("unshare", cmd + [sys.executable, *args])
    os.environ[VAR] = "no"


_enter()
if available():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
