# SPDX-License-Identifier: BSD-2-Clause
"""Kexts come and go: from the ram disk, over HTTP, under traffic, ten thousand
times, and broken ones not at all."""
import http.server
import os
import re
import subprocess
import sys
import threading
import time

import pytest

from test.lib import net, traffic
from test.lib.baseline import FIGURES, compare, documents, least, numbers
from test.lib.net import GUEST4, HOST4
from test.lib.qemu import BUILD, EXIT_PASS, ROOT, artefact

STATIC = "ip=10.77.0.2/24,10.77.0.1"
TCPLOG = "org.unikext.tcplognke"
LINE = re.compile(r"(in|out) (\S+):(\d+) (\S+):(\d+) rx (\d+) (\d+) tx (\d+) (\d+) ([\d.]+)s")


def tcplog_id(m):
    """Identifier of the loaded tcplognke, None when it is not loaded."""
    for k in m.json("kextstat -j"):
        if k["id"].endswith(".tcplognke"):
            return k["id"]
    return None


def test_tcplog_counts(vm, nic, tap):
    """The quick start: load, connect, a line with the right numbers, unload."""
    m = vm(net=tap, nic=nic, append=STATIC)
    net.connect(GUEST4, 7).close()      # services are up
    m.run("kextload tcplognke")
    assert tcplog_id(m)
    total = 10 << 20
    m.con.pending = ""
    traffic.discard(net.connect(GUEST4, 9), total)
    rec = LINE.search(m.expect(LINE.pattern, 20).group(0))
    assert rec.group(1) == "in" and rec.group(2) == GUEST4 and rec.group(3) == "9"
    assert rec.group(4) == HOST4
    assert int(rec.group(6)) == total and int(rec.group(8)) == 8
    # A connection that is open stays open while the kext goes.
    alive = traffic.Trickle(net.connect(GUEST4, 7))
    alive.check()
    m.run("kextunload tcplognke")
    assert tcplog_id(m) is None
    alive.check()
    alive.close()


def test_load_unload_under_traffic(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC, mem=192)
    old = traffic.Trickle(net.connect(GUEST4, 7))
    bulk = threading.Thread(target=traffic.discard, args=(net.connect(GUEST4, 9), 48 << 20),
                            daemon=True)
    bulk.start()
    for _ in range(8):
        m.run("kextload tcplognke")
        old.check(3)
        new = traffic.Trickle(net.connect(GUEST4, 7))
        new.check(3)
        m.run("kextunload tcplognke")
        new.check(3)
        old.check(3)
        new.close()
    bulk.join(120)
    assert not bulk.is_alive(), "the bulk transfer did not end"
    old.close()
    assert tcplog_id(m) is None


def test_200_cycles_back_to_baseline(vm, tap):
    cycle = "kextload tcplognke\nkextunload tcplognke\n"
    look = "sleep 2\n" + FIGURES
    # Ten first: caches and pools reach their size.
    script = cycle * 10 + look * 2 + cycle * 200 + look * 3 + "kextstat -j\n"
    m = vm(net=tap, append=STATIC, files={"etc/cycles": script.encode()})
    net.connect(GUEST4, 7).close()
    docs = documents(m.run("sh /etc/cycles", timeout=200))
    assert len(docs) == 16 and docs[15] == [], docs[15:]
    looks = [numbers(*docs[i:i + 3]) for i in range(0, 15, 3)]
    assert compare(least(looks[:2]), least(looks[2:])) == ""


def test_10000_cycles_of_everything(vm):
    """A kext that holds one of each kind of thing, ten thousand times."""
    m = vm(shell=False, append="test=kext.hoard_cycles kext_cycles=10000")
    m.expect(r"^10000 cycles, -?\d+ frames", 500)
    assert m.wait_exit(60) == EXIT_PASS


def broken_kexts(tmp):
    """(name, file contents, text of the refusal) of every mutation of a good kext."""
    good = None
    for top, _, names in os.walk(artefact("kexts")):
        for n in sorted(names):
            if n == "basic.kext":
                good = os.path.join(top, n)
    if good is None:
        pytest.skip("no build/kexts/test/basic.kext")
    folder = os.path.join(tmp, "broken")
    subprocess.run([sys.executable, os.path.join(ROOT, "test/kexts/mutate.py"), good, folder],
                   check=True)
    with open(folder + "/list", encoding="utf-8") as f:
        for line in f:
            name, _, text = line.rstrip("\n").partition("\t")
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                path += ".kext"
            with open(path, "rb") as k:
                yield name, k.read(), text


def test_refusals(vm, tap, tmp_path):
    """Every broken kext is refused in one line that says why, and leaves nothing."""
    cases = list(broken_kexts(str(tmp_path)))
    files = {"broken/%03d.kext" % i: data for i, (_, data, _) in enumerate(cases)}
    files["etc/refuse"] = "".join("kextload /%s\n" % n for n in sorted(files)).encode()
    look = "sleep 1\n" + FIGURES
    files["etc/twice"] = ("sh /etc/refuse\n" + look * 2 + "sh /etc/refuse\n" + look * 2 +
                          "kextstat -j\n").encode()
    m = vm(net=tap, append=STATIC, files=files, mem=256)
    lines = [x for x in m.run("sh /etc/refuse; true", timeout=120).splitlines() if x.strip()]
    for (name, _, text), line in zip(cases, lines):
        assert line.startswith("kextload:") and text in line, "%s: wanted %r: %s" % (name, text, line)
    assert len(lines) == len(cases)
    out = m.run("sh /etc/twice; true", timeout=200)
    docs = documents(re.sub(r"^kextload:.*$", "", out, flags=re.M))
    assert len(docs) == 13 and docs[12] == []
    looks = [numbers(*docs[i:i + 3]) for i in range(0, 12, 3)]
    assert compare(least(looks[:2]), least(looks[2:])) == ""
    # The positive control: a good one loads.
    m.run("kextload tcplognke")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):   # noqa: A002  (the library's name)
        pass


def test_load_over_http(vm, tap):
    folder = artefact("kexts")
    server = http.server.ThreadingHTTPServer(
        (HOST4, 8000), lambda *a: Quiet(*a, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        m = vm(net=tap, append=STATIC)
        url = "http://%s:8000/" % HOST4
        m.run("kextload %stcplognke.kext" % url)
        assert tcplog_id(m)
        m.run("kextunload tcplognke")
        # What it depends on comes out of the same folder.
        m.run("kextload %stest/dependent.kext" % url)
        assert {k["id"] for k in m.json("kextstat -j")} == {
            "org.unikext.test.basic", "org.unikext.test.dependent"}
        m.run("kextunload dependent basic")
        status, out = m.sh("kextload %stest/missing_dep.kext" % url)
        assert status != 0 and "library com.example.nowhere is not found" in out
        status, out = m.sh("kextload %snone.kext" % url)
        assert status != 0 and "404" in out
    finally:
        server.shutdown()


def test_kext_artefacts():
    """What a user finds in build/kexts."""
    assert os.path.exists(os.path.join(BUILD, "kexts", "tcplognke.kext"))
