# SPDX-License-Identifier: BSD-2-Clause
"""Programs over the public socket calls, against the programs of a Linux
host: iperf3, curl, wget, wrk, and the shell itself."""
import hashlib
import json
import os
import re
import subprocess

import pytest

from test.lib import net
from test.lib.net import GUEST4, HOST4
from test.lib.qemu import PATIENCE, PROMPT, ConsoleTimeout, UserNet

STATIC = "ip=10.77.0.2/24,10.77.0.1"
URL = "http://%s/" % GUEST4


def host(*cmd, limit=90):
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=limit * PATIENCE)
    assert r.returncode == 0, "%s: %s%s" % (" ".join(cmd), r.stdout, r.stderr)
    return r.stdout


class HostServer:
    """A server of the host's for as long as the test lasts."""

    def __init__(self, *cmd):
        self.proc = subprocess.Popen(cmd, stdout=subprocess.DEVNULL)

    def close(self):
        self.proc.terminate()
        self.proc.wait(60)


def listening(port):
    """Whether a program of the host's waits for connections there."""
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(name, encoding="ascii") as f:
            if re.search(r":%04X [0-9A-F]+:0000 0A " % port, f.read()):
                return True
    return False


def iperf(*args):
    return json.loads(host("iperf3", "-J", "-c", GUEST4, *args))["end"]


def test_iperf3_server(vm, nic, tap):
    m = vm(net=tap, nic=nic, append=STATIC)
    m.run("iperf3 -s > /tmp/iperf &")
    net.wait_for(lambda: re.search(r"[.:]5201 .*LISTEN", m.run("netstat -an")), 20, "iperf3 in the guest")
    end = iperf("-n", "20M")
    # The client may send a little more than it was asked to; all of it arrives.
    assert end["sum_sent"]["bytes"] == end["sum_received"]["bytes"] >= 20 << 20
    end = iperf("-R", "-n", "20M")
    assert end["sum_received"]["bytes"] >= 20 << 20
    end = iperf("-n", "4M", "-P", "3")
    assert len(end["streams"]) == 3
    assert end["sum_received"]["bytes"] >= 4 << 20
    # UDP at a rate that loses nothing, when the machine gives both ends their time.
    for way in ((), ("-R",)):
        for _ in range(8):
            end = iperf("-u", "-b", "4M", "-t", "2", *way)["sum"]
            assert end["packets"] > 100
            if end["lost_packets"] <= end["packets"] // 20:
                break
        else:
            raise AssertionError("eight times in a row: %s" % end)


def test_iperf3_client(vm, tap, closing):
    m = vm(net=tap, append=STATIC)
    # A server for each: one that serves again says for a while that it is busy.
    ways = ("-n 10M", "-R -n 10M", "-n 2M -P 2", "-u -b 2M -t 2", "-u -R -b 2M -t 2")
    for port, args in enumerate(ways, 5301):
        closing(HostServer("iperf3", "-s", "-1", "-p", str(port)))
        net.wait_for(lambda p=port: listening(p), 20, "iperf3 on the host")
        r = m.json("iperf3 -j -p %d -c %s %s" % (port, HOST4, args), timeout=60)
        for s in r["streams"]:
            assert s["received"] > 0 and s["sent"] > 0, (args, r)
            if "-u" not in args:
                assert s["received"] == s["sent"] or "-R" in args, (args, r)


def test_http_clients(vm, tap, case_dir):
    m = vm(net=tap, append=STATIC)
    # A file of 2 MB, made in the guest: the same line over and over.
    m.run("echo 0123456789abcdef0123456789abcdef > /www/line")
    m.run("cp /www/line /www/a")
    for _ in range(8):
        m.run("cat /www/a /www/a /www/a /www/a > /www/b; mv /www/b /www/a")
    want = b"0123456789abcdef0123456789abcdef\n" * 4 ** 8
    got = subprocess.run(["curl", "-s", URL + "a"], capture_output=True, timeout=60).stdout
    assert hashlib.sha256(got).digest() == hashlib.sha256(want).digest()

    out = os.path.join(case_dir, "a")
    host("wget", "-q", "-O", out, URL + "a")
    with open(out, "rb") as f:
        assert f.read() == want
    os.unlink(out)

    head = host("curl", "-s", "-I", URL)
    assert re.search(r"^HTTP/1.1 200", head) and "Content-Length: 6" in head
    codes = host("curl", "-s", "-o", "/dev/null", "-w", "%{http_code} ", URL + "none",
                 URL + "../etc/rc", URL)
    assert codes.split()[0] == "404" and codes.split()[-1] == "200"
    assert host("curl", "-s", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}",
                URL + "../etc/rc") == "400"
    assert host("curl", "-s", "-X", "POST", "-d", "x", "-o", "/dev/null", "-w", "%{http_code}",
                URL) == "405"

    out = host("wrk", "-t1", "-c20", "-d3s", "--timeout", "60s", URL)
    assert int(re.search(r"(\d+) requests in", out).group(1)) > 100
    assert "Socket errors" not in out and "Non-2xx" not in out
    m.run("true")


def test_nc_both_ways(vm, tap):
    m = vm(net=tap, append=STATIC)
    m.run("echo from guest > /tmp/g")
    m.run("nc -l 6000 > /tmp/in < /tmp/g &")
    net.wait_for(lambda: m.run("netstat -an").find("6000") >= 0, 10, "a listener")
    s = net.connect(GUEST4, 6000)
    s.sendall(b"from host\n")
    got = s.recv(100)
    s.close()
    assert got == b"from guest\n"
    m.run("wait")
    assert "from host" in m.run("cat /tmp/in")


@pytest.mark.parametrize("line,status,want", [
    ("echo a b '  c'", 0, "a b   c"),
    ("x=5; echo $x \"$x\" '$x'", 0, "5 5 $x"),
    ("false || echo or; true && echo and", 0, "or\nand"),
    ("for i in 1 2 3; do echo n$i; done | grep -v 2", 0, "n1\nn3"),
    ("i=0; while [ $i != xxx ]; do i=${i}x; [ $i != 0xxx ] || break; done; echo $i", 0, "0xxx"),
    ("if test -d /etc; then echo dir; else echo none; fi", 0, "dir"),
    ("echo one > /tmp/f; echo two >> /tmp/f; cat < /tmp/f | wc", 0, "2       2       8"),
    ("sh -c 'exit 7'", 7, ""),
    ("no-such-command arg", 127, "command not found"),
    ("cat /no/such/file", 1, "No such file"),
    ("echo 'open", 0, None),
    ("echo x; fi", 2, "syntax error near"),
    ("ls /e*/r?", 0, "/etc/rc"),
    ("sleep 30 & kill $!; wait $!", 143, ""),
])
def test_shell_lines(shell_vm, line, status, want):
    if want is None:        # goes on at the second prompt
        shell_vm.send(line + "\r")
        shell_vm.expect("> ")
        shell_vm.send("'\r")
        shell_vm.expect(r"\[status 0\]")
        return
    got, out = shell_vm.sh(line)
    assert got == status, out
    assert want in out.replace("\r", ""), out


@pytest.fixture(scope="module")
def shell_vm(tmp_path_factory):
    from test.lib.qemu import Vm
    with Vm(str(tmp_path_factory.mktemp("shell")), append="sh.status=1 ip=none") as m:
        m.wait_shell()
        yield m


def test_shell_interrupt_and_history(shell_vm):
    m = shell_vm

    def interrupted(line, status):
        m.send("echo begins; %s\r" % line)
        m.expect(r"^begins\n")
        for _ in range(60):     # the first may come before what it should end
            m.send("\x03")
            try:
                return m.con.expect(r"\[status %s\]\n.*?%s" % (status, PROMPT), 2)
            except ConsoleTimeout:
                pass
        raise AssertionError("%s goes on" % line)

    interrupted("sleep 600", "130")
    interrupted("while true; do :; done", r"\d+")
    m.run("echo first-line")
    m.send("\x1b[A")            # the line before
    m.expect("echo first-line")
    m.send("\r")
    m.expect(r"first-line\r?\n\[status 0\]")
    m.send("upti\t\r")          # completion
    m.expect(r"up \d+:\d\d")


def test_shell_scripts_that_go_too_far(vm):
    """Lists, nesting and recursion without end: refused in a line, or done."""
    scripts = {"and": (":" + "&&:" * 20000, 0, ""), "semi": (":" + ";:" * 20000, 0, ""),
               "or": ("false" + "||false" * 5000 + "&&:||echo right", 0, "right"),
               "pipe": ("true" + "|true" * 3000, 126, "pipeline too long"),
               "nest": ("{ " * 3000 + ":" + "; }" * 3000, 2, "nested too deeply"),
               "not": ("! " * 5000 + ":", 2, "nested too deeply"),
               "self": ("sh /self", None, "out of memory"),  # wherever it ran out
               "src": (". /src", 1, "nested too deeply"),
               "words": ("echo " + "x " * 5000, 2, "too many words"),
               "glob": ("touch /tmp/" + "a" * 60 + "; echo /tmp/" + "*a" * 25 + "c", 0, "*ac"),
               "bytes": (bytes(range(1, 256)) * 50, 2, "unexpected end")}
    m = vm(append="ip=none rc=none loglevel=3", files={
        n: t if isinstance(t, bytes) else t.encode() + b"\n" for n, (t, _, _) in scripts.items()})
    for name, (_, status, says) in scripts.items():
        got, out = m.sh("sh /" + name, 90)
        assert got == status or status is None and got != 0, (name, got, out[:300])
        assert says in out.lower(), (name, got, out[:300])


LISTINGS = ("arp -nj", "dmesg -j", "id -j", "ifconfig -j", "irqstat -j", "kctl -j", "kextfind -j",
            "kextstat -v -j", "lockstat -j", "mbufstat -j", "memstat -j", "ndp -nj", "netstat -aj",
            "netstat -r -j", "netstat -i -j", "netstat -s -j", "netstat -m -j", "pciconf -v -j",
            "ps -j", "ps -jt", "route -nj", "sysctl -aj", "top -j -n 1 -s 1", "trace show -j",
            "uptime -j", "ping -j -c 1 127.0.0.1")


def test_every_command(vm):
    """Each says how it is used, refuses what it does not know, and lists as
    JSON that parses."""
    m = vm(net=UserNet(), append="loglevel=3")
    commands = {}
    for line in m.run("help | cat").splitlines():
        usage, dash, _ = line.partition(" - ")
        if dash:
            commands[usage.split()[0]] = usage
    assert len(commands) > 60
    for name, usage in commands.items():
        assert m.run(name + " -h").startswith("usage: " + usage), name
        status, out = m.sh(name + " -Z")
        assert status == 64 and "usage: " + usage in out, (name, status, out)
        assert m.run(name + " --help").startswith("usage: "), name
    for line in LISTINGS:
        m.json(line, 60)
