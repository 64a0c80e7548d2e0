# SPDX-License-Identifier: BSD-2-Clause
"""The machine below the network: memory sizes, power, the log, the console's
input, the second serial port, heap checks, time."""
import os
import re
import socket
import time

import pytest

from test.lib.qemu import EXIT_PANIC, EXIT_PASS, artefact

NO_NET = "ip=none rc=none"


@pytest.mark.parametrize("mem", [16, 64, 5000])
def test_guest_tests_in_any_memory(vm, mem):
    """The kernel's own tests of memory and traps, RAM above 4 GiB included."""
    m = vm(mem=mem, append=NO_NET)
    m.run("selftest mm", 60)
    m.run("selftest trap", 60)
    total = m.json("memstat -j")["total_pages"] * 4096
    disk = os.path.getsize(artefact("initrd-test.cpio"))
    assert total > ((mem - 3 << 20) - disk) * 0.97


@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_power(vm, machine):
    """poweroff and the power button turn the machine off (status 0, and QEMU
    says why)."""
    m = vm(machine=machine, append=NO_NET)
    m.qmp("system_powerdown")
    m.expect("power button: turning off", 20)
    assert m.wait_exit(20) == 0
    m = vm(machine=machine, append=NO_NET)
    m.send("poweroff\r")
    m.expect("powering off", 20)
    assert m.wait_exit(20) == 0
    m = vm(machine=machine, append=NO_NET)
    m.send("poweroff 0x10\r")
    assert m.wait_exit(20) == EXIT_PASS


def test_reboot(vm):
    m = vm(append=NO_NET)
    m.send("reboot\r")
    m.expect("rebooting", 20)
    assert m.wait_exit(20) == 0     # -no-reboot turns a reset into an exit


def test_only_root_may(vm):
    m = vm(append=NO_NET)
    for command in ("reboot", "poweroff", "halt", "panic"):
        status, out = m.sh("su nobody " + command)
        assert status != 0 and "not permitted" in out, out
    # No code into the kernel, nothing from its log, no trace, no tests.
    for command in ("kextload tcplognke", "kextunload tcplognke", "trace on", "trace off", "dmesg -c",
                    "loglevel 1", "selftest trap"):
        assert "not permitted" in m.run("su nobody " + command, status=1), command
    assert "tcplognke" not in m.run("kextstat") and m.run("loglevel").strip() != "1"
    assert "memory:" in m.run("su nobody dmesg")
    # Nor what is root's by BSD's rules: low ports, raw sockets, capture, the
    # route table, interfaces, variables, others' processes, somebody else.
    for command, says in (
            ("nc -l 80", "Permission denied"), ("nc -u -l 53", "Permission denied"),
            ("ping -c 1 127.0.0.1", "not permitted"), ("ping6 -c 1 ::1", "not permitted"),
            ("tcpdump -c 1", "Permission denied"), ("head -n 1 /dev/bpf0", "Permission denied"),
            ("head -n 1 /dev/console", "Permission denied"),
            ("route add 10.9.0.0/16 127.0.0.1", "must be root"), ("arp -d 10.0.2.2", "not permitted"),
            ("ifconfig lo0 mtu 1400", "permission denied"),
            ("ifconfig lo0 10.1.1.1/24 alias", "permission denied"),
            ("sysctl net.inet.ip.forwarding=1", "not permitted"), ("hostname x", "not permitted"),
            ("kevmon -w 1", "not permitted"), ("kill -9 1", "not permitted"),
            ("su root id", "not permitted"), ("sh -c 'echo x > /etc/rc'", "Permission denied"),
            ("sh -c 'echo x > /etc/new'", "Permission denied"), ("rm /etc/motd", "Permission denied")):
        status, out = m.sh("su nobody " + command)
        assert status != 0 and says in out, (command, status, out)
    # What everybody may.
    m.run("sleep 60 &")
    assert "not permitted" in m.run("su nobody kill $!", status=1)
    m.run("kill $!; wait")
    m.run("su nobody sh -c 'sleep 60 & kill $!; wait $!'", status=143)
    m.run("su nobody sh -c 'nc -l 8081 & for i in 1 2 3 4 5 6 7 8 9; do nc -z 127.0.0.1 8081 && break; "
          "sleep 0.5; done'")
    assert m.run("su nobody sysctl net.inet.ip.forwarding").strip().endswith("0")
    assert "default" not in m.run("su nobody route -n") and "lo0" in m.run("su nobody ifconfig lo0")
    m.run("su nobody sh -c 'echo x > /dev/null; cat /dev/null /etc/motd > /dev/zero'")
    assert "uid=65534 euid=65534" in m.run("su nobody id")
    # /tmp is everybody's, but not what others have put there.
    m.run("echo of root > /tmp/kept")
    m.run("su nobody sh -c 'echo mine > /tmp/mine; rm /tmp/mine'")
    assert "not permitted" in m.run("su nobody rm /tmp/kept", status=1)
    assert m.run("cat /tmp/kept").strip() == "of root"


@pytest.mark.parametrize("kind,says", [("overrun", "past its end"), ("uaf", "after free"),
                                       ("twice", "freed twice")])
def test_heap_misuse(vm, kind, says):
    m = vm(append=NO_NET)
    m.send("panic %s\r" % kind)
    m.expect("^panic: kmem: .*%s" % says, 20)
    m.expect("panic_main", 20)
    assert m.wait_exit(20) == EXIT_PANIC


def test_nmi(vm):
    """The debugger's button: where the machine is right now."""
    m = vm(append=NO_NET)
    m.qmp("inject-nmi")
    m.expect("^panic: non-maskable interrupt at kernel: ", 20)
    assert m.wait_exit(20) == EXIT_PANIC


def test_log(vm):
    m = vm(append=NO_NET + " loglevel=4")
    assert "memory:" not in m.con.all           # information is below warnings
    lines = m.json("dmesg -j")
    assert any(li["text"].startswith("memory:") for li in lines), lines
    times = [li["time"] for li in lines]
    assert times == sorted(times)
    assert m.run("loglevel 6").strip() == "6"
    m.run("dmesg -c")
    assert m.json("dmesg -j") == []


def test_long_paste(vm):
    """Lines arrive faster than the shell runs them: none is lost."""
    m = vm(append=NO_NET)
    n = 150
    m.send("".join("echo pasted line %04d, long enough to fill the queue\r" % i
                   for i in range(n)) + "echo all of it\r")
    m.expect(r"^all of it", 60)
    got = re.findall(r"^pasted line (\d+), long enough to fill the queue", m.con.all, re.M)
    assert [int(g) for g in got] == list(range(n))


def test_long_script(vm):
    """A script of 4096 commands takes no more stack than one of two; a shell
    in a directory that is gone."""
    m = vm(append=NO_NET)
    m.run("echo : > /tmp/s")
    for _ in range(12):
        m.run("cat /tmp/s /tmp/s > /tmp/t; mv /tmp/t /tmp/s")
    m.run("echo echo the end >> /tmp/s")
    assert "the end" in m.run("sh /tmp/s", timeout=120)
    m.run("mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone")
    assert "No such file" in m.run("echo x > f", status=126)
    m.run("cd /; ls")


def test_links_and_rights(vm):
    """ln, readlink, chmod, chown, and what ls and rm make of a link."""
    m = vm(append=NO_NET)
    m.run("mkdir /tmp/d; echo text > /tmp/d/f; ln -s /tmp/d /tmp/l; ln -s nowhere /tmp/n")
    assert m.run("cat /tmp/l/f").strip() == "text"
    assert m.run("readlink /tmp/n").strip() == "nowhere"
    assert "Invalid argument" in m.run("readlink /tmp/d", status=1)
    assert re.search(r"^l777 .* l -> /tmp/d$", m.run("ls -l /tmp"), re.M)
    assert re.search(r"^l777 .* /tmp/n -> nowhere$", m.run("ls -l /tmp/n"), re.M)
    m.run("rm -r /tmp/l /tmp/n")
    assert m.run("ls /tmp/d").strip() == "f"        # only the links have gone
    for mode, shown in (("600", "600"), ("u+x,go=r", "744"), ("a-w", "544"), ("+t", "1544")):
        m.run("chmod %s /tmp/d/f" % mode)
        assert re.search(r"^-%s " % shown, m.run("ls -l /tmp/d/f"), re.M), mode
    assert "not a mode" in m.run("chmod 8 /tmp/d/f", status=1)
    assert "not a mode" in m.run("chmod u+q /tmp/d/f", status=1)
    assert "not permitted" in m.run("su nobody chmod 777 /tmp/d/f", status=1)
    m.run("chown 65534:5 /tmp/d/f && su nobody chmod 640 /tmp/d/f")
    assert re.search(r"^-640 65534 ", m.run("ls -l /tmp/d/f"), re.M)
    assert "not permitted" in m.run("su nobody chown 0 /tmp/d/f", status=1)
    assert "not UID" in m.run("chown root /tmp/d/f", status=1)
    # Several into a directory.
    m.run("echo 1 > /tmp/a; echo 2 > /tmp/b; cp /tmp/a /tmp/b /tmp/d; mv /tmp/a /tmp/b /tmp/d")
    assert m.run("cat /tmp/d/a /tmp/d/b").split() == ["1", "2"]
    assert "not a directory" in m.run("mv /tmp/d/a /tmp/d/b /tmp/c", status=1)


def test_text_and_system(vm):
    """tail, sort, uniq, date, uname, hostname, env, which, df."""
    m = vm(append=NO_NET)
    m.run("for n in 10 9 b 9 a 100 9; do echo $n; done > /tmp/t")
    assert m.run("tail -n 2 /tmp/t").split() == ["100", "9"]
    assert m.run("sort /tmp/t").split() == ["10", "100", "9", "9", "9", "a", "b"]
    assert m.run("sort -nu /tmp/t").split() == ["a", "b", "9", "10", "100"]
    assert m.run("sort -r /tmp/t | uniq -c").split() == [
        "1", "b", "1", "a", "3", "9", "1", "100", "1", "10"]
    assert m.run("cat /dev/null | sort") == "" == m.run("tail /dev/null")
    m.run("date 203002280123.15")
    assert re.match(r"Thu Feb 28 01:23:(1[5-9]|[2-5]\d) ", m.run("date").strip())
    m.run("date 02290607.08", status=0)     # the year stays
    assert re.match(r"Fri Mar  1 06:07:\d\d UTC 2030", m.run("date").strip())
    for bad in ("x", "1", "13010000", "202601010000.1", "2400"):
        assert "not a date" in m.run("date " + bad, status=1)
    assert "not permitted" in m.run("su nobody date 0102", status=1)
    assert m.run("uname -sm").split() == ["Unikext", "x86_64"]
    m.run("hostname there")
    assert m.run("hostname").strip() == "there" == m.run("uname -n").strip()
    m.run("export COLOUR=red")
    assert "COLOUR=red" in m.run("env")
    assert "built in" in m.run("which sort")
    m.run("which nothing", status=1)
    before = m.json("df -j")
    m.run("cp /www/index.html /tmp/page")
    assert m.json("df -j")["used"] > before["used"]


def test_second_serial_port(vm, tmp_path):
    path = str(tmp_path / "com2")
    m = vm(append=NO_NET, extra=["-serial", "unix:%s,server=on,wait=off" % path])
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    s.settimeout(20)
    m.run("echo out through the other port > /dev/com2")
    assert s.recv(100).startswith(b"out through")
    s.sendall(b"and in\n")
    assert "and in" in m.run("head -n 1 /dev/com2")


def test_interrupts_are_counted(vm):
    m = vm(append=NO_NET)
    by_name = {i["name"]: i for i in m.json("irqstat -j")}
    assert by_name["com1"]["line"] == 4 and by_name["com1"]["count"] > 0
    assert by_name["timer"]["count"] > 0


def test_clock_keeps_time(vm):
    """Our clock against the machine's other counters (0.5 %), with and without
    ACPI; a sleep is never short; the date."""
    for acpi in ("", ",acpi=off"):
        m = vm(append=NO_NET, machine="q35" + acpi)
        m.run("selftest time.clock_runs_as_fast_as_the_reference", 120)
        a = m.json("uptime -j")["seconds"]
        m.run("sleep 1")
        assert m.json("uptime -j")["seconds"] - a >= 1
        assert time.strftime("%Y", time.gmtime()) in m.run("date")
    # Without ACPI there is no way off, and the machine goes on.
    assert "no way" in m.run("poweroff || true")
    m.run("sleep 0.1")


def test_same_instructions_same_result(vm):
    """With instruction counting two boots are one and the same, to the
    nanosecond of every message."""
    def log():
        m = vm(append=NO_NET, extra=["-icount", "shift=0,sleep=off", "-rtc",
                                     "base=2026-01-01,clock=vm"])
        return [(li["time"], li["text"]) for li in m.json("dmesg -j", 60)]

    assert log() == log()
