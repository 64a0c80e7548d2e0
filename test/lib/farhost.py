# SPDX-License-Identifier: BSD-2-Clause
"""A second Linux host: a process in a network namespace of its own that serves
streams over one tap.

`Far(tap)` starts it and moves the tap there; QEMU has to have it open.  A
client that connects to port 5001 sends `size` bytes after an 8-byte length and
gets their SHA-256; on port 5002 it sends a length and gets as many bytes."""
import hashlib
import os
import socket
import socketserver
import subprocess
import sys

PORT_SINK, PORT_SOURCE = 5001, 5002


class _Sink(socketserver.BaseRequestHandler):
    def handle(self):
        want = int.from_bytes(self.request.recv(8, socket.MSG_WAITALL), "big")
        h = hashlib.sha256()
        while want > 0:
            data = self.request.recv(min(want, 1 << 20))
            if not data:
                break
            h.update(data)
            want -= len(data)
        self.request.sendall(h.digest())


class _Source(socketserver.BaseRequestHandler):
    def handle(self):
        from test.lib import traffic
        want = int.from_bytes(self.request.recv(8, socket.MSG_WAITALL), "big")
        for b in traffic.blocks(want):
            self.request.sendall(b)


class _Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6        # and IPv4, mapped
    allow_reuse_address = daemon_threads = True


def serve():
    import threading
    for port, handler in ((PORT_SINK, _Sink), (PORT_SOURCE, _Source)):
        threading.Thread(target=_Server(("::", port), handler).serve_forever, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()        # until the test is over


class Far:
    def __init__(self, tap, addr4, addr6, gw4, gw6):
        from test.lib.net import run
        from test.lib.qemu import ROOT, die_with_parent
        self.proc = subprocess.Popen(
            ["unshare", "-n", sys.executable, "-c", "from test.lib import farhost; farhost.serve()"],
            cwd=ROOT, env=dict(os.environ, UKX_NETNS="no", PYTHONPATH=ROOT), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent)
        assert self.proc.stdout.readline() == "ready\n"
        pid = str(self.proc.pid)
        run("ip", "link", "set", tap, "netns", pid)
        for words in (["link", "set", "lo", "up"], ["addr", "add", addr4, "dev", tap],
                      ["-6", "addr", "add", addr6, "dev", tap, "nodad"],
                      ["link", "set", tap, "up"], ["route", "add", "default", "via", gw4],
                      ["-6", "route", "add", "default", "via", gw6]):
            run("nsenter", "-t", pid, "-n", "ip", *words)

    def close(self):
        self.proc.stdin.close()
        try:
            self.proc.wait(5)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()
