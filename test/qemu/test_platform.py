# SPDX-License-Identifier: BSD-2-Clause
"""Kexts as a platform: program modules, the trace, blame in a panic, force."""
import socket

from test.lib.qemu import EXIT_PANIC, UserNet


def test_program_module(vm):
    """A program from a file is a process of its own, and goes with it."""
    m = vm(net=UserNet())
    for _ in range(2):
        out = m.run("/test/hello 3 a b", status=3)
        assert "hello run 1: 3 a b" in out and "daytime answers" in out
    assert "hello run 1: 0 x" in m.run("/test/hello 0 x | cat")
    m.run("/test/hello 0 keep /tmp/kept")
    assert m.run("cat /tmp/kept").strip() == "kept without a close"
    m.run("/test/basic.kext", status=126)
    assert m.json("kextstat -j") == []


def test_trace_follows_a_packet(vm):
    """One id leads from the link through IP and the filter to the socket."""
    net = UserNet(("tcp", 7))
    m = vm(net=net)
    m.run("kextload tcplognke && sysctl net.tcplog.verbose=0")
    m.run("trace on points")
    with socket.create_connection(("127.0.0.1", net.port("tcp", 7)), 20) as s:
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
    times = [r["ns"] for r in trace]
    assert times == sorted(times)
    # Only what the filter asks for.
    m.run("trace on hook sflt")
    m.run("nc -4 -w 2 127.0.0.1 13")
    m.run("trace off")
    trace = m.json("trace show -j")
    assert trace and {r["class"] for r in trace} == {"sflt"}


def test_accounting(vm):
    """kextstat -v: what is held, and what each hook did."""
    net = UserNet(("tcp", 7))
    m = vm(net=net)
    m.run("kextload tcplognke && sysctl net.tcplog.verbose=0")
    with socket.create_connection(("127.0.0.1", net.port("tcp", 7)), 20) as s:
        s.sendall(b"x" * 1000)
        assert s.recv(1)
    k = m.json("kextstat -v -j")[0]
    hooks = [h for h in k["hooks"] if h["class"] == "sflt" and h["calls"]]
    assert hooks and hooks[0]["passed"] == hooks[0]["calls"]
    assert hooks[0]["mean"] <= hooks[0]["p99"] <= hooks[0]["max"]
    assert k["holds"]["threads"]["now"] == 1 and k["holds"]["locks"]["now"] >= 1


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
