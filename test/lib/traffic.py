# SPDX-License-Identifier: BSD-2-Clause
"""Byte streams whose every byte is checked, and crowds of connections."""
import hashlib
import os
import random
import re
import selectors
import socket
import subprocess
import threading
import time

from test.lib.qemu import artefact, die_with_parent

CHUNK = 1 << 16


def blocks(total, seed=1):
    """`total` reproducible bytes in blocks; a block repeats only shifted."""
    rnd = random.Random(seed)
    base = rnd.randbytes(CHUNK + 4099)
    at = sent = 0
    while sent < total:
        n = min(CHUNK, total - sent)
        yield base[at:at + n]
        at = (at + 4093) % 4099
        sent += n


def digest(total, seed=1):
    h = hashlib.sha256()
    for b in blocks(total, seed):
        h.update(b)
    return h.hexdigest()


def _send_all(sock, total, seed, failed):
    try:
        for b in blocks(total, seed):
            sock.sendall(b)
        sock.shutdown(socket.SHUT_WR)
    except OSError as e:
        failed.append(e)


def echo(sock, total, seed=1):
    """Sends total bytes to an echo service and compares hashes of both ways."""
    failed = []
    t = threading.Thread(target=_send_all, args=(sock, total, seed, failed), daemon=True)
    t.start()
    h, got = hashlib.sha256(), 0
    while got < total:
        data = sock.recv(1 << 18)
        if not data:
            break
        h.update(data)
        got += len(data)
    t.join(60)
    assert not failed, "sending failed: %r" % failed
    assert got == total, "%d of %d bytes came back" % (got, total)
    assert h.hexdigest() == digest(total, seed), "the bytes that came back differ"
    assert sock.recv(1) == b"", "more came back than was sent"


def discard(sock, total, seed=1):
    """Sends total bytes to the discard service; its count must agree."""
    failed = []
    _send_all(sock, total, seed, failed)
    assert not failed, failed
    answer = b""
    while len(answer) < 8:
        data = sock.recv(8 - len(answer))
        assert data, "discard closed without a count"
        answer += data
    got = int.from_bytes(answer, "big")
    assert got == total, "the guest counted %d of %d bytes" % (got, total)


def source(sock, total):
    """Asks chargen for total bytes; returns what came."""
    sock.sendall(total.to_bytes(8, "big"))
    got = 0
    while True:
        data = sock.recv(1 << 18)
        if not data:
            return got
        got += len(data)


def crowd(addr, port, count, size=2000, limit=120):
    """`count` connections open at once, each echoing `size` bytes of its own.

    All connect before any sends; returns the number that came back whole."""
    family = socket.AF_INET6 if ":" in addr else socket.AF_INET
    sel = selectors.DefaultSelector()
    end = time.monotonic() + limit
    state = {}
    for i in range(count):
        s = socket.socket(family)
        s.setblocking(False)
        s.connect_ex((addr, port))
        state[s] = {"id": i, "want": random.Random(i).randbytes(size), "sent": 0, "got": b""}
        sel.register(s, selectors.EVENT_WRITE)
    connected, ok, open_ = set(), 0, count
    while len(connected) < count and time.monotonic() < end:
        for key, _ in sel.select(1):
            s = key.fileobj
            error = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            assert error == 0, "connection %d: error %d" % (state[s]["id"], error)
            connected.add(s)
            sel.unregister(s)
    assert len(connected) == count, "%d of %d connected" % (len(connected), count)
    for s in state:
        sel.register(s, selectors.EVENT_READ | selectors.EVENT_WRITE)
    while open_ and time.monotonic() < end:
        for key, mask in sel.select(1):
            s, st = key.fileobj, state[key.fileobj]
            if mask & selectors.EVENT_WRITE:
                st["sent"] += s.send(st["want"][st["sent"]:])
                if st["sent"] == size:
                    sel.modify(s, selectors.EVENT_READ)
            if mask & selectors.EVENT_READ:
                data = s.recv(65536)
                st["got"] += data
                if not data or len(st["got"]) >= size:
                    ok += st["got"] == st["want"]
                    sel.unregister(s)
                    open_ -= 1
    for s in state:
        s.close()
    return ok


def _tool():
    """The C client, compiled when its source is newer."""
    src, exe = os.path.join(os.path.dirname(__file__), "echoload.c"), artefact("echoload")
    if not os.path.exists(exe) or os.path.getmtime(exe) < os.path.getmtime(src):
        new = "%s.%d" % (exe, os.getpid())
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", new, src], check=True)
        os.rename(new, exe)
    return exe


def load(addr, port, count, total, udp=False, limit=600):
    """`count` connections open at once echo `total` bytes together, every byte
    compared (echoload.c); returns the number of bytes that came back."""
    cmd = [_tool(), *(["-u"] if udp else []), addr, str(port), str(count), str(total)]
    r = subprocess.run(cmd, capture_output=True, text=True, timeout=limit,
                       preexec_fn=die_with_parent)
    assert r.returncode == 0, r.stdout + r.stderr
    return int(re.search(r"(\d+) bytes back", r.stdout).group(1))


class Trickle:
    """A connection to the echo service that keeps exchanging small messages.

    Proves that a connection lives through something: `count` grows as long as
    every answer is right; `error` says what went wrong."""

    def __init__(self, sock, size=700, pause=0.005):
        self.sock, self.size, self.pause = sock, size, pause
        self.count, self.error, self.stop = 0, None, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            while not self.stop:
                msg = random.Random(self.count).randbytes(self.size)
                self.sock.sendall(msg)
                got = b""
                while len(got) < self.size:
                    data = self.sock.recv(self.size - len(got))
                    if not data:
                        raise EOFError("closed after %d messages" % self.count)
                    got += data
                if got != msg:
                    raise ValueError("message %d came back changed" % self.count)
                self.count += 1
                time.sleep(self.pause)
        except (OSError, EOFError, ValueError) as e:
            self.error = e

    def check(self, more=5, limit=30):
        """At least `more` further exchanges succeed."""
        want, end = self.count + more, time.monotonic() + limit
        while self.count < want and self.error is None:
            assert time.monotonic() < end, "the connection stands still at %d" % self.count
            time.sleep(0.01)
        assert self.error is None, "the connection broke: %r" % self.error

    def close(self):
        self.stop = True
        self.thread.join(10)
        self.sock.close()
