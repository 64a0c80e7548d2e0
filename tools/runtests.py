#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`make test`: every test there is, one closing line.

Order: build; then two things side by side: host unit tests and static checks;
tests in the guest (a boot each with virtio and e1000) and QEMU scenarios
(pytest).  Each part's full output lies in build/test/logs/; here one line a
part and what failed.  The last line is
"N passed, N failed" (", N skipped" when there were), and the exit status is
not 0 when anything failed or a part did not finish.

    tools/runtests.py [--build DIR] [--only PATTERN] [--part unit,guest,qemu,check]
"""
import argparse
import os
import re
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)
sys.path.insert(0, os.path.join(ROOT, "tools"))
os.chdir(ROOT)

UNIT_LIMIT = 300        # seconds for one unit test program
GUEST_LIMIT = 150       # four times that (PATIENCE)
QEMU_LIMIT = 1600       # all scenarios
CHECK_LIMIT = 600
COUNTS = re.compile(r"^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.M)
# The library lwIP's own tests are written for.
CHECK = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)\s*$", re.M)


class Totals:
    """The counts; lines of parts that run side by side come out whole."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def say(self, text):
        with self.lock:
            print(text, flush=True)

    def add(self, what, passed, failed, skipped, seconds, log=None, why=""):
        with self.lock:
            self.passed += passed
            self.failed += failed
            self.skipped += skipped
            print("%s%-6s %-32s %4d ok %s%s  %.1f s%s" % (
                why, "FAIL" if failed else "ok", what, passed,
                "%4d failed" % failed if failed else "",
                " %d skipped" % skipped if skipped else "", seconds,
                "  (see %s)" % log if failed and log else ""), flush=True)


def call(cmd, log, limit, env=None):
    """Run with output into a log; (status, output), status None on time-out."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w+b") as f:
        p = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT,
                             env={**os.environ, **(env or {})}, start_new_session=True)
        try:
            status = p.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, 9)
            p.wait()
            status = None
        f.seek(0)
        return status, f.read().decode("utf-8", "replace")


def shown(text, lines=40):
    return "".join("    | %s\n" % line for line in text.rstrip().splitlines()[-lines:])


def failed_lines(text):
    return "\n".join(x for x in text.splitlines() if re.search(r"\bFAIL\b|ERROR:|runtime error|panic", x))


def part_build(t, args, logs):
    t0 = time.monotonic()
    status, out = call(["make", "-j2", "BUILD=" + args.build, "all", "unit"], logs + "/build.log", 1800)
    t.add("build", 0, 0 if status == 0 else 1, 0, time.monotonic() - t0, logs + "/build.log",
          shown(out) if status != 0 else "")
    return status == 0


def counted(t, name, status, out, seconds, log, why=""):
    """Adds a program's own closing counts; a missing line is a failure."""
    m = None
    for m in COUNTS.finditer(out):
        pass
    check = CHECK.search(out)
    if m is None and check:
        total, failures, errors = (int(x) for x in check.groups())
        passed, failed, skipped = total - failures - errors, failures + errors, 0
        failed = failed or int(status != 0)
    elif m is None:
        passed, failed, skipped = 0, 1, 0
    else:
        passed, failed, skipped = (int(x or 0) for x in m.groups())
        if status != 0 and failed == 0:
            failed = 1
    if failed:
        why += shown(failed_lines(out) or out)
    t.add(name, passed, failed, skipped, seconds, log, why)


def part_unit(t, args, logs):
    out = subprocess.run(["make", "-s", "BUILD=" + args.build, "print-UNIT_TESTS"],
                         capture_output=True, text=True).stdout
    for name in out.split():
        if args.only and args.only not in "unit/" + name:
            continue
        t0 = time.monotonic()
        log = "%s/unit-%s.log" % (logs, name)
        status, out = call(["%s/unit/%s" % (args.build, name)], log, UNIT_LIMIT,
                           {"ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})
        counted(t, "unit/" + name, status, out, time.monotonic() - t0, log)


def part_guest(t, args, logs):
    from test.lib import qemu
    for nic in ("virtio", "e1000"):
        name = "guest/" + nic
        if args.only and args.only not in name:
            continue
        t0 = time.monotonic()
        folder = "%s/test/guest-%s" % (args.build, nic)
        machine = qemu.Vm(folder, net=qemu.UserNet(), nic=nic, append="test=all")
        status, why = None, ""
        try:
            machine.start()
            status = machine.wait_exit(GUEST_LIMIT)
        except AssertionError as e:
            why = shown(str(e))
        finally:
            out = machine.con.all if machine.con else ""
            machine.close()
        counted(t, name, 0 if status == qemu.EXIT_PASS else 1, out, time.monotonic() - t0,
                folder + "/console.log", why)


def part_qemu(t, args, logs):
    t0 = time.monotonic()
    xml = logs + "/pytest.xml"
    if os.path.exists(xml):
        os.unlink(xml)
    cmd = ["/usr/bin/python3", "-u", "-m", "pytest", "-c", "test/pytest.ini", "--rootdir", "test",
           "-v", "--junitxml", xml, "test/qemu"]
    if args.only:
        cmd += ["-k", args.only]
    os.makedirs(logs, exist_ok=True)
    limit = t0 + QEMU_LIMIT
    with open(logs + "/pytest.log", "w", encoding="utf-8") as log:
        p = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, start_new_session=True,
                             env={**os.environ, "UKX_BUILD": args.build})
        for line in p.stdout:
            log.write(line)
            log.flush()
            m = re.match(r"(?:test/)?qemu/(\S+) (PASSED|FAILED|ERROR|SKIPPED)", line)
            if m:
                t.say("  %-7s %s" % (m.group(2).lower(), m.group(1)))
            if time.monotonic() > limit:
                os.killpg(p.pid, 9)
                break
        status = p.wait()
    passed = failed = skipped = 0
    try:
        for suite in ElementTree.parse(xml).getroot().iter("testsuite"):
            n = {k: int(suite.get(k, "0")) for k in ("tests", "failures", "errors", "skipped")}
            failed += n["failures"] + n["errors"]
            skipped += n["skipped"]
            passed += n["tests"] - n["failures"] - n["errors"] - n["skipped"]
    except (OSError, ElementTree.ParseError):
        failed = 1
    if status not in (0, 5) and failed == 0:
        failed = 1
    why = ""
    if failed:
        with open(logs + "/pytest.log", encoding="utf-8") as log:
            text = log.read()
        at = text.find("= FAILURES =")
        why = shown(text[at if at >= 0 else 0:], 120)
    if status != 5:     # 5: the pattern selected none
        t.add("qemu", passed, failed, skipped, time.monotonic() - t0, logs + "/pytest.log", why)


def part_check(t, args, logs):
    if args.only and args.only not in "check":
        return
    if subprocess.run(["make", "-n", "check-fast"], capture_output=True).returncode != 0:
        return
    t0 = time.monotonic()
    status, out = call(["make", "check-fast"], logs + "/check.log", CHECK_LIMIT)
    t.add("check", int(status == 0), int(status != 0), 0, time.monotonic() - t0,
          logs + "/check.log", shown(out) if status != 0 else "")


PARTS = {"unit": part_unit, "guest": part_guest, "qemu": part_qemu, "check": part_check}
SIDES = ("unit", "check"), ("guest", "qemu")    # what runs beside what


def run_parts(t, args, logs, names):
    for name in names:
        try:
            PARTS[name](t, args, logs)
        except Exception as e:      # a part that breaks is a failure, not the end
            t.add(name, 0, 1, 0, 0, None, shown(repr(e)))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--build", default="build")
    ap.add_argument("--only", default="")
    ap.add_argument("--part", default="unit,guest,qemu,check")
    args = ap.parse_args()
    os.environ["UKX_BUILD"] = args.build
    t = Totals()
    logs = args.build + "/test/logs"
    wanted = args.part.split(",")
    if part_build(t, args, logs):
        sides = [threading.Thread(target=run_parts, args=(
            t, args, logs, [n for n in side if n in wanted])) for side in SIDES]
        for side in sides:
            side.start()
        for side in sides:
            side.join()
    print("%d passed, %d failed%s" % (
        t.passed, t.failed, ", %d skipped" % t.skipped if t.skipped else ""), flush=True)
    return 1 if t.failed or not t.passed else 0


if __name__ == "__main__":
    sys.exit(main())
