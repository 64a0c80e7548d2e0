# SPDX-License-Identifier: BSD-2-Clause
"""A real Linux host as the peer: a tap, dnsmasq and ordinary sockets, all in
the test process's own network namespace (test/lib/netns.py)."""
import os
import re
import signal
import socket
import subprocess
import time

from test.lib import netns
from test.lib.qemu import PATIENCE, die_with_parent

HOST4, GUEST4, NET4 = "10.77.0.1", "10.77.0.2", 24
HOST6, NET6 = "fd77::1", 64


def run(*cmd, check=True, timeout=60):
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=timeout)
    if check and r.returncode:
        raise AssertionError("%s: status %d: %s%s" % (" ".join(cmd), r.returncode, r.stdout, r.stderr))
    return r.stdout


class Tap:
    """A tap device with the host's addresses, captured by tcpdump."""

    def __init__(self, name="tap0", nid="n0", host4=HOST4, host6=HOST6, offload=True):
        if not netns.available():
            import pytest
            pytest.skip("needs a network namespace (root, or user namespaces)")
        self.name, self.nid, self.host4, self.host6 = name, nid, host4, host6
        self.offload = offload
        run("ip", "tuntap", "add", name, "mode", "tap", *(["vnet_hdr"] if offload else []))
        self.dump = None
        if host4:
            run("ip", "addr", "add", "%s/%d" % (host4, NET4), "dev", name)
        if host6:
            run("ip", "-6", "addr", "add", "%s/%d" % (host6, NET6), "dev", name, "nodad")
        run("ip", "link", "set", name, "up")

    def args(self, case_dir):
        self.dump = subprocess.Popen(
            ["tcpdump", "-q", "-U", "-s", "128", "-i", self.name, "-w",
             "%s/%s.pcap" % (case_dir, self.name)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        return ["-netdev", "tap,id=%s,ifname=%s,script=no,downscript=no%s"
                % (self.nid, self.name, "" if self.offload else ",vnet_hdr=off")]

    def close(self):
        if self.dump:
            self.dump.send_signal(signal.SIGINT)
            self.dump.wait(60)
        run("ip", "link", "del", self.name, check=False)


class Dnsmasq:
    """DHCP, router advertisements and DNS on a tap; leases and queries are readable."""

    def __init__(self, tap, case_dir, names=None, lease=GUEST4):
        self.dir = str(case_dir)
        os.makedirs(self.dir, exist_ok=True)
        self.leases, self.logfile = self.dir + "/dhcp.leases", self.dir + "/dnsmasq.log"
        open(self.leases, "w", encoding="ascii").close()
        cmd = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--bind-interfaces",
               "--interface=" + tap.name, "--except-interface=lo", "--no-resolv", "--no-hosts",
               "--dhcp-leasefile=" + self.leases, "--dhcp-authoritative", "--no-ping",
               "--dhcp-range=%s,%s,255.255.255.0,1h" % (lease, lease),
               "--dhcp-option=option:router," + tap.host4,
               # More than the guest has places for; the first one works.
               "--dhcp-option=option:dns-server,%s" % ",".join(
                   [tap.host4] + ["10.77.0.%d" % n for n in range(201, 207)]),
               "--enable-ra", "--dhcp-range=::,constructor:%s,ra-only" % tap.name,
               "--ra-param=%s,10,600" % tap.name,
               "--log-queries", "--log-dhcp", "--log-facility=" + self.logfile]
        for name, addr in (names or {}).items():
            cmd.append("--host-record=%s,%s" % (name, addr))
        self.proc = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
        wait_for(lambda: os.path.exists(self.logfile) and "started" in self.log(), 10,
                 "dnsmasq did not start")

    def log(self):
        with open(self.logfile, encoding="utf-8", errors="replace") as f:
            return f.read()

    def lease(self):
        """Addresses leased so far."""
        with open(self.leases, encoding="ascii") as f:
            return re.findall(r"^\d+ [0-9a-f:]{17} (\d+\.\d+\.\d+\.\d+) ", f.read(), re.M)

    def close(self):
        self.proc.terminate()
        self.proc.wait(60)


def wait_for(cond, timeout, what):
    """Until cond() is true; its value.  timeout: seconds on an idle machine."""
    timeout *= PATIENCE
    end = time.monotonic() + timeout
    while True:
        v = cond()
        if v:
            return v
        if time.monotonic() > end:
            raise AssertionError("%s within %g s" % (what, timeout))
        time.sleep(0.02)


def ping(addr, count=1, timeout=40, size=None):
    """True when the guest answered every one of count pings from the host."""
    cmd = ["ping", "-n", "-c", str(count), "-i", "0.2", "-w", str(timeout), addr]
    if size:
        cmd += ["-s", str(size)]
    out = run(*cmd, check=False, timeout=timeout + 10)
    m = re.search(r"(\d+) received", out)
    return bool(m) and int(m.group(1)) >= count


def connect(addr, port, timeout=60):
    """A TCP connection, trying until the guest accepts."""
    end = time.monotonic() + timeout
    while True:
        try:
            s = socket.create_connection((addr, port), timeout=timeout)
            s.settimeout(60)
            return s
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
