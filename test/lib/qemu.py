# SPDX-License-Identifier: BSD-2-Clause
"""One virtual machine under test: start, console, QMP, how it ended.

    with Vm(case_dir, net=UserNet()) as vm:
        vm.wait_shell()
        out = vm.run("ifconfig en0")          # fails unless the status is 0
        status, out = vm.sh("ping -c 1 10.0.2.2")

Everything a case leaves behind lies in its folder: console.log, qemu.log and
the captures.  Every wait has a limit of its own; QEMU dies with the test
process.  A guest that ends a run says how through isa-debug-exit; status 0
means a crash or a plain power-off and is never a pass.
"""
import ctypes
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import image  # noqa: E402
from image import EXIT_FAIL, EXIT_PANIC, EXIT_PASS  # noqa: E402,F401

BUILD = os.path.join(ROOT, os.environ.get("UKX_BUILD", "build"))
PROMPT = r"unikext[#$] "
PATIENCE = 4        # how many times as long as it may take alone, on a crowded machine
NICS = {"virtio": "virtio-net-pci", "e1000": "e1000"}
_libc = ctypes.CDLL(None, use_errno=True)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


def die_with_parent():
    """For preexec_fn: the child is killed when this process ends."""
    _libc.prctl(1, signal.SIGKILL)      # PR_SET_PDEATHSIG


def artefact(name):
    return os.path.join(BUILD, name)


class ConsoleTimeout(AssertionError):
    """The console did not show what was expected in time."""


class Stream:
    """Text of a unix-socket console; expect() takes what it matched away."""

    def __init__(self, path, log, limit=20):
        self.sock = _connect(path, limit)
        self.sock.setblocking(False)
        self.log = open(log, "wb")
        self.pending = ""
        self.all = ""
        self.open = True

    def _fill(self, wait):
        if not self.open or not select.select([self.sock], [], [], max(wait, 0))[0]:
            return False
        try:
            data = self.sock.recv(65536)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self.open = False
            return False
        self.log.write(data)
        self.log.flush()
        text = _ANSI.sub("", data.decode("latin-1"))
        self.pending += text
        self.all += text
        return True

    def expect(self, pattern, timeout=30):
        """The match; everything up to its end is consumed."""
        rx = re.compile(pattern, re.S | re.M)
        end = time.monotonic() + timeout
        while True:
            m = rx.search(self.pending)
            if m:
                self.pending = self.pending[m.end():]
                return m
            left = end - time.monotonic()
            if left <= 0 or (not self._fill(min(left, 0.5)) and not self.open):
                raise ConsoleTimeout("no %r on the console within %g s%s; it ends with:\n%s" % (
                    pattern, timeout, "" if self.open else " (console closed)",
                    self.all[-2000:]))

    def send(self, text):
        self.sock.setblocking(True)
        try:
            self.sock.sendall(text.encode("latin-1"))
        finally:
            self.sock.setblocking(False)


def _connect(path, limit):
    sock = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + limit
    while True:
        try:
            sock.connect(path)
            return sock
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


class Qmp:
    """QEMU's machine protocol; events are kept in .events."""

    def __init__(self, path, limit=20):
        self.file = _connect(path, limit).makefile("rw")
        self.events = []
        json.loads(self.file.readline())
        self("qmp_capabilities")

    def __call__(self, command, **args):
        msg = {"execute": command}
        if args:
            msg["arguments"] = args
        self.file.write(json.dumps(msg) + "\n")
        self.file.flush()
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError("QMP connection closed")
            reply = json.loads(line)
            if "event" in reply:
                self.events.append(reply)
            elif "error" in reply:
                raise RuntimeError("%s: %s" % (command, reply["error"].get("desc")))
            else:
                return reply["return"]


class UserNet:
    """QEMU's user networking; forward {("tcp", 80): host port or None}."""
    need_netns = False

    def __init__(self, *ports, nid="n0"):
        self.nid = nid
        self.host = {}
        for proto, guest in ports:
            kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
            with socket.socket(socket.AF_INET, kind) as s:
                s.bind(("127.0.0.1", 0))
                self.host[proto, guest] = s.getsockname()[1]

    def args(self, case_dir):
        fwd = "".join(",hostfwd=%s:127.0.0.1:%d-:%d" % (proto, port, guest)
                      for (proto, guest), port in self.host.items())
        return ["-netdev", "user,id=%s%s" % (self.nid, fwd),
                "-object", "filter-dump,id=d%s,netdev=%s,maxlen=200,file=%s/%s.pcap"
                % (self.nid, self.nid, case_dir, self.nid)]

    def port(self, proto, guest):
        return self.host[proto, guest]


class Vm:
    """A guest with the image under test.

    boot: "pvh" (QEMU's -kernel), "bios" or "uefi" (the GRUB ISO)
    net: objects with .nid and .args(case_dir), one NIC each
    nic: "virtio" or "e1000"; nic_opts: more -device properties
    files: {name in the ram disk: bytes}, kexts: more .kext files from build/
    """

    def __init__(self, case_dir, net=(), nic="virtio", nic_opts="", boot="pvh", mem=128,
                 append="", files=None, machine="q35", extra=(), kernel=None):
        self.dir = str(case_dir)
        os.makedirs(self.dir, exist_ok=True)
        self.net = list(net) if isinstance(net, (list, tuple)) else [net]
        self.tmp = tempfile.mkdtemp(prefix="ukx-")
        self.boot = boot
        self.t0 = None
        self.status = None
        line = ("sh.status=1 panic=exit " + append).strip()
        cmd = [image.QEMU, "-M", machine, *image.accel(BUILD), "-m", str(mem), "-nodefaults",
               "-display", "none", "-no-reboot", "-rtc", "base=utc",
               "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-device", "virtio-rng-pci",
               "-serial", "unix:%s/ser,server=on,wait=off" % self.tmp,
               "-qmp", "unix:%s/qmp,server=on,wait=off" % self.tmp]
        for i, n in enumerate(self.net):
            cmd += n.args(self.dir)
            cmd += ["-device", "%s,netdev=%s,id=nic%d,romfile=,mac=52:54:00:12:34:%02x%s" % (
                NICS[nic], n.nid, i, 0x56 + i, "," + nic_opts if nic_opts else "")]
        cmd += self._boot_args(kernel or artefact("kernel.elf"), artefact("initrd-test.cpio"),
                               line, files) + list(extra)
        self.cmd = cmd
        self.log = open(self.dir + "/qemu.log", "w", encoding="utf-8")
        self.log.write(" ".join(cmd) + "\n")
        self.log.flush()
        self.proc = self.con = self.qmp = None

    def _boot_args(self, kernel, initrd, line, files):
        if files:
            initrd = image.initrd_with(initrd, files, self.tmp + "/initrd.cpio")
        if self.boot == "pvh":
            return ["-kernel", kernel, "-initrd", initrd, "-append", line]
        iso = image.make_iso(kernel, initrd, line, self.tmp + "/unikext.iso")
        args = ["-cdrom", iso, "-boot", "d", "-vga", "std"]
        return args + (image.uefi_args(self.tmp) if self.boot == "uefi" else [])

    def start(self):
        self.t0 = time.monotonic()
        self.proc = subprocess.Popen(self.cmd, stdin=subprocess.DEVNULL, stdout=self.log,
                                     stderr=self.log, preexec_fn=die_with_parent)
        try:
            self.con = Stream(self.tmp + "/ser", self.dir + "/console.log")
            self.qmp = Qmp(self.tmp + "/qmp")
        except OSError:
            self.close()
            raise AssertionError("QEMU did not start, see %s/qemu.log" % self.dir) from None
        return self

    # --- console ---------------------------------------------------------

    def expect(self, pattern, timeout=30):
        """Limits here and below are for a machine that does nothing else."""
        return self.con.expect(pattern, timeout * PATIENCE)

    def send(self, text):
        self.con.send(text)

    def wait_shell(self, timeout=None):
        """Until the first prompt."""
        self.expect(PROMPT, timeout or (180 if self.boot == "uefi" else 90))

    def sh(self, command, timeout=30):
        """(status, output) of one shell line."""
        self.con.pending = ""
        self.con.send(command + "\r")
        m = self.expect(r"\[status (-?\d+)\]\n.*?%s$" % PROMPT, timeout)
        text = self.con.all
        # The output lies between the echoed line and the status line.
        end = text.rfind("[status %s]" % m.group(1))
        start = text.rfind(command[-60:], 0, end)
        start = text.find("\n", start) + 1 if start >= 0 else 0
        return int(m.group(1)), text[start:end]

    def run(self, command, timeout=30, status=0):
        """Output of a shell line that has to end with this status."""
        got, out = self.sh(command, timeout)
        assert got == status, "%s: status %d, wanted %d; output:\n%s" % (command, got, status, out)
        return out

    def json(self, command, timeout=30):
        """What a listing command prints with -j."""
        out = self.run(command, timeout)
        at = min((i for i in (out.find("["), out.find("{")) if i >= 0), default=-1)
        assert at >= 0, "%s: no JSON in:\n%s" % (command, out)
        return json.JSONDecoder().raw_decode(out[at:])[0]

    # --- life ------------------------------------------------------------

    def wait_exit(self, timeout=60):
        """QEMU's exit status (EXIT_PASS, EXIT_FAIL, EXIT_PANIC, 0 = crash)."""
        timeout *= PATIENCE
        end = time.monotonic() + timeout
        while self.proc.poll() is None:
            if time.monotonic() > end:
                raise AssertionError("the guest is still running after %g s; console ends with:\n%s"
                                     % (timeout, self.con.all[-2000:]))
            self.con._fill(0.1) or time.sleep(0.02)
        while self.con._fill(0):
            pass
        return self.proc.returncode

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.proc.pid, encoding="ascii") as f:
            v = f.read().rsplit(")", 1)[1].split()
        return (int(v[11]) + int(v[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        while self.con and self.con._fill(0):
            pass
        if self.proc and self.proc.poll() is None:
            try:
                self.qmp("quit")
                self.proc.wait(5)
            except (OSError, EOFError, AttributeError, ValueError, RuntimeError,
                    subprocess.TimeoutExpired):
                self.proc.kill()
                self.proc.wait()
        self.log.close()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def __enter__(self):
        return self.start() if self.proc is None else self

    def __exit__(self, *exc):
        self.close()
