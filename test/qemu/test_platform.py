# SPDX-License-Identifier: BSD-2-Clause
"""Kexts as a platform: program modules, the trace, blame in a panic, force."""
import glob
import os
import re
import socket

from test.lib import net
from test.lib.baseline import FIGURES, documents, grown, numbers
from test.lib.qemu import EXIT_PANIC, UserNet


def figures(m):
    """What is in use, without what the network's own timers add and take away."""
    got = numbers(*documents(m.run(" sh /etc/look")))
    return {k: v for k, v in got.items() if not k[1].startswith("lwip")}


def test_program_module(vm):
    """A program from a file is a process of its own, and goes with it."""
    m = vm(net=UserNet(), files={"etc/look": FIGURES.encode()})
    for _ in range(2):
        out = m.run("/test/hello 3 a b", status=3)
        assert "hello run 1: 3 a b" in out and "daytime answers" in out
    assert "hello run 1: 0 x" in m.run("/test/hello 0 x | cat")
    m.run("/test/hello 0 keep /tmp/kept")
    assert m.run("cat /tmp/kept").strip() == "kept without a close"
    m.run("/test/basic.kext", status=126)
    assert m.json("kextstat -j") == []

    # Bad addresses: EFAULT from each call, and a program's own fault ends the
    # program, with all it had, in a line that says where.
    out = m.run(" /test/badptr calls", timeout=60)
    assert re.search(r"^\d{3,} calls, 0 wrong", out, re.M), out
    net.wait_for(lambda: "fec0:" in m.run(" ifconfig en0"), 30, "all addresses")
    before = figures(m)
    for kind, status, says in [
            ("write", 139, "page fault at [^ ]*badptr: main[+]0x[0-9a-f]+, address 0x400000"),
            ("strlen", 139, "page fault at [^ ]*badptr: main[+].*, address 0x400000"),
            ("printf", 139, "page fault at kernel: u_"), ("free", 139, "page fault at kernel: u_free"),
            ("random", 139, "bad address"), ("readdir", 139, "bad address"),
            ("text", 139, "page fault at [^ ]*badptr: main"), ("call", 139, "page fault at [^ ]*badptr: main"),
            ("data", 139, "page fault at [^ ]*badptr: main"), ("divide", 136, "divide error at [^ ]*badptr: main"),
            ("stack", 139, "stack overflow at [^ ]*badptr: deep"),
            ("smash", 134, "stack smashed at [^ ]*badptr: smash")]:
        out = m.run(" /test/badptr " + kind, status=status)
        assert re.search(r"^badptr\[\d+\]: " + says, out, re.M), (kind, out)
    net.wait_for(lambda: grown(before, figures(m)) == "", 60, "what the programs had is back")


def test_trace_follows_a_packet(vm):
    """One id leads from the link through IP and the filter to the socket, another
    from the socket to the link."""
    user = UserNet(("tcp", 7))
    m = vm(net=user)
    m.run("kextload tcplognke && sysctl net.tcplog.verbose=0")
    m.run("trace on points")
    with socket.create_connection(("127.0.0.1", user.port("tcp", 7)), 20) as s:
        s.sendall(b"follow me")
        assert s.recv(100) == b"follow me"
    m.run("trace off")
    trace = m.json("trace show -j")
    paths = {}
    for r in trace:
        if r["id"]:
            paths.setdefault(r["id"], []).append(
                r["callback"] or r["hook"])
    assert ["link input", "ip deliver", "tcplog_data_in", "socket buffer"] in paths.values(), paths
    # And back: a segment has the id of what the socket sent.
    assert ["tcplog_data_out", "socket send", "ip output", "link output"] in [
        p[:4] for p in paths.values()], paths
    times = [r["ns"] for r in trace]
    assert times == sorted(times)
    # A datagram, through a socket that nobody filters.
    m.run("trace on points")
    m.run("nc -u -w 1 10.0.2.2 9 < /etc/rc; true")
    m.run("trace off")
    paths = {}
    for r in m.json("trace show -j"):
        paths.setdefault(r["id"], []).append(r["callback"] or r["hook"])
    assert ["socket send", "ip output", "link output"] in paths.values(), paths
    # Only what the filter asks for.
    m.run("trace on hook sflt")
    m.run("nc -4 -w 2 127.0.0.1 13")
    m.run("trace off")
    trace = m.json("trace show -j")
    assert trace and {r["class"] for r in trace} == {"sflt"}


def test_accounting(vm):
    """kextstat -v: what is held, and what each hook did."""
    user = UserNet(("tcp", 7))
    m = vm(net=user)
    m.run("kextload tcplognke && sysctl net.tcplog.verbose=0")
    with socket.create_connection(("127.0.0.1", user.port("tcp", 7)), 20) as s:
        s.sendall(b"x" * 1000)
        assert s.recv(1)
    k = m.json("kextstat -v -j")[0]
    hooks = [h for h in k["hooks"] if h["class"] == "sflt" and h["calls"]]
    assert hooks and hooks[0]["passed"] == hooks[0]["calls"]
    assert hooks[0]["mean"] <= hooks[0]["p99"] <= hooks[0]["max"]
    assert k["holds"]["threads"]["now"] == 1 and k["holds"]["locks"]["now"] >= 1
    # Everything a kext can hold has a row, and memory the places it came from.
    m.run("kextload /test/hoard.kext")
    k = m.json("kextstat -v -j -b org.unikext.test.hoard")[0]
    held = {name: row["now"] for name, row in k["holds"].items() if row["now"]}
    assert held == {"memory bytes": 1100, "allocations": 3, "mbufs": 1, "sockets": 2,
                    "socket filters": 1, "IP filters": 2, "interface filters": 1,
                    "interfaces": 1, "protocols": 1, "controls": 1, "timers": 1, "threads": 1,
                    "locks": 1, "sysctls": 1, "devices": 1, "device nodes": 1,
                    "retained sockets": 1}
    assert {h["class"] for h in k["hooks"]} >= {
        "start", "sflt", "upcall", "ipf", "iff", "ifnet", "proto", "plumber", "ctl", "bpf",
        "timer", "thread", "sysctl", "device", "kauth"}
    assert all(p["function"] == "hoard_start" and p["file"] == "hoard.c" and p["line"]
               for p in k["memory"]), k["memory"]
    assert sum(p["bytes"] for p in k["memory"]) == 1100
    m.run("kextunload hoard")


def test_start_never_returns(vm):
    """The shell stays usable, kextstat says so, its name is taken."""
    m = vm(net=UserNet())
    m.run("kextload /test/hang_start.kext &")
    net.wait_for(lambda: [k["state"] for k in m.json("kextstat -j")] == ["starting"], 20,
                 "state starting")
    m.run("kextload /test/basic.kext")
    m.run("kextunload basic")
    status, out = m.sh("kextload /test/hang_start.kext")
    assert status != 0 and "it is there already, starting" in out
    status, out = m.sh("kextunload hang_start")
    assert status != 0 and "it is starting" in out


def test_stop_refuses_then_agrees(vm):
    """It stays and works; each unload asks again."""
    m = vm(net=UserNet())
    m.run("kextload /test/refuse_stop.kext")
    for _ in range(2):
        status, out = m.sh("kextunload refuse_stop")
        assert status != 0 and "its stop function refuses (0x5)" in out
        assert [k["state"] for k in m.json("kextstat -j")] == ["running"]
    m.run("kextunload refuse_stop")
    assert m.json("kextstat -j") == []


def test_leak_is_named(vm):
    m = vm(net=UserNet())
    m.run("kextload /test/leak_memory.kext")
    out = m.run("kextunload leak_memory")
    assert "leaks 2000 memory bytes, 2 allocations" in out
    assert "leak_memory_start, leak_memory.c:" in out


def test_panic_names_the_kext(vm):
    """The kext, the callback and the source line."""
    m = vm(net=UserNet())
    m.run("kextload /test/crash.kext")
    m.expect(r"panic: page fault at org\.unikext\.test\.crash: \w+\(crash\.c:19\)", 20)
    m.expect(r"in kext: org\.unikext\.test\.crash")
    m.expect(r"in timer '[^']*', callback crash_timer\(crash\.c:\d+\), of org\.unikext\.test\.crash")
    assert m.wait_exit() == EXIT_PANIC


def test_each_allocation_fails_once(vm):
    """Whatever allocation fails in the middle of it: an error or the work done,
    everything back, and the next run works.  (Segments that are lost this way are
    lost in virtual time: the twohosts unit test.)"""
    user = UserNet(("tcp", 7))
    m = vm(net=user, files={"etc/look": FIGURES.encode()}, extra=["-serial", "null"])
    net.wait_for(lambda: "fec0:" in m.run(" ifconfig en0"), 30, "all addresses")
    kexts = [("kextunload " + k, "kextload " + k)
             for k in ("gretun", "hdlcif", "sockecho", "tapdev", "tcplognke")]
    for after, command in kexts + [
            ("true", "sh -c 'kextload tcplognke && kextunload tcplognke'"),
            ("ifconfig en0 dhcp", "ifconfig en0 dhcp"),
            ("true", "/test/badptr none"), ("true", "sysctl -a"), ("true", "ifconfig -a")]:
        m.sh(" %s; %s" % (command, after))     # what stays after the first time
        before = figures(m)
        out = m.run(" failnth -s -a '%s' %s" % (after, command), timeout=120)
        runs, failed = map(int, re.search(r"^(\d+) runs, (\d+) failed", out, re.M).groups())
        assert runs > 10 and failed > 5, (command, out)
        try:
            net.wait_for(lambda b=before: grown(b, figures(m)) == "", 30, command)
        except AssertionError:
            raise AssertionError(command + "\n" + grown(before, figures(m))) from None
    net.wait_for(lambda: "10.0.2.15" in m.run(" ifconfig en0"), 30, "the lease")
    with socket.create_connection(("127.0.0.1", user.port("tcp", 7)), 20) as s:
        s.sendall(b"still here")
        assert s.recv(100) == b"still here"


def commands():
    """All that are built in, but those that end the machine, or the test."""
    top = os.path.join(os.path.dirname(__file__), "../..")
    found = set()
    for folder in ("kernel", "net", "drivers", "kexts"):
        for path in glob.glob(os.path.join(top, folder, "**/*.c"), recursive=True):
            with open(path) as f:
                found.update(re.findall(r"^COMMAND\((\w+)", f.read(), re.M))
    return sorted(found - {"reboot", "poweroff", "halt", "panic", "kill"})


def test_commands_with_rubbish(vm):
    """Arguments nobody means, for every command, as nobody and as root, with the ram
    disk full: an error that says so, and the memory as before."""
    m = vm(net=UserNet(), files={"etc/look": FIGURES.encode()})
    net.wait_for(lambda: "fec0:" in m.run(" ifconfig en0"), 30, "all addresses")
    every = commands()
    assert len(every) > 50 and "nc" in every
    # The control: one that faults is seen.
    _, out = m.sh(" /test/cmdfuzz 1 150 /test/badptr")
    assert re.search(r"^faulted: '/test/badptr' 'write'", out, re.M), out
    m.run(" mkdir /tmp/f; chmod 777 /tmp/f; cd /tmp/f")
    before = figures(m)
    out = m.run(" su nobody /test/cmdfuzz 1 4 " + " ".join(every), timeout=120)
    assert int(re.search(r"^(\d+) runs, \d+ ended, 0 wrong", out, re.M).group(1)) > 200, out
    m.run(" cd /; rm -r /tmp/*")
    net.wait_for(lambda: grown(before, figures(m)) == "", 60, "as before")
    _, out = m.sh(" cat /dev/zero > /tmp/full", timeout=60)
    assert "No space left" in out
    rest = " ".join(c for c in every if c not in ("rm", "mv", "cp"))
    m.run(" /test/cmdfuzz 2 2 " + rest, timeout=120)
    m.run(" rm /tmp/full")
    m.run(" /test/cmdfuzz 3 2 " + rest, timeout=120)
    # A script that runs itself takes what there is, and gives it back.
    m.run(" echo 'sh /tmp/r' > /tmp/r")
    _, out = m.sh(" sh /tmp/r", timeout=120)
    assert re.match(r"\S.*(out of|no|allocate) memory", out, re.I) and out.count("\n") < 4, out[-300:]
    m.run(" ls /tmp | wc")
