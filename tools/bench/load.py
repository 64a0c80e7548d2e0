# SPDX-License-Identifier: BSD-2-Clause
"""The load client: one kind of work at a time, a known number of times.

Each function does `n` of something and returns the number done (operations,
or bytes for the streams).  One request is in flight at a time, so the guest's
work per operation does not depend on how fast the host is.
"""
import os
import select
import socket
import struct
import time

TIMEOUT = 20


def _dial(addr, port):
    s = socket.create_connection((addr, port), timeout=TIMEOUT)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def _take(s, n):
    while n:
        data = s.recv(n)
        if not data:
            raise EOFError("closed early")
        n -= len(data)


def tcp_rr(addr, n):
    """1-byte request and answer on one connection."""
    with _dial(addr, 7) as s:
        for _ in range(n):
            s.sendall(b"x")
            _take(s, 1)
    return n


def udp_rr(addr, n):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(TIMEOUT)
        s.connect((addr, 7))
        msg = b"y" * 64
        for _ in range(n):
            s.send(msg)
            s.recv(2048)
    return n


def connect(addr, n):
    """Connect, one byte echoed, close."""
    for _ in range(n):
        with _dial(addr, 7) as s:
            s.sendall(b"x")
            _take(s, 1)
    return n


def http_close(addr, n):
    request = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
    for _ in range(n):
        with _dial(addr, 80) as s:
            s.sendall(request)
            while s.recv(65536):
                pass
    return n


def http_keep(addr, n):
    request = b"GET / HTTP/1.1\r\nHost: t\r\n\r\n"
    with _dial(addr, 80) as s:
        for _ in range(n):
            s.sendall(request)
            data = b""
            while b"\r\n\r\n" not in data:
                data += s.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            _take(s, length - len(body))
    return n


def stream_in(addr, n):
    """The guest receives n bytes and tells how many it got."""
    block = os.urandom(1 << 18)
    with _dial(addr, 9) as s:
        left = n
        while left:
            left -= s.send(block[:min(left, len(block))])
        s.shutdown(socket.SHUT_WR)
        got = b""
        while len(got) < 8:
            data = s.recv(8 - len(got))
            if not data:
                raise EOFError("no count")
            got += data
    if int.from_bytes(got, "big") != n:
        raise ValueError("guest got %d of %d bytes" % (int.from_bytes(got, "big"), n))
    return n


def stream_out(addr, n):
    """The guest sends n bytes."""
    with _dial(addr, 19) as s:
        s.sendall(n.to_bytes(8, "big"))
        got = 0
        buf = bytearray(1 << 20)
        while True:
            k = s.recv_into(buf)
            if not k:
                break
            got += k
    if got != n:
        raise ValueError("%d of %d bytes came" % (got, n))
    return n


def udp_out(addr, n):
    """The guest sends n datagrams of 64 bytes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        s.settimeout(2)
        s.connect((addr, 19))
        s.send(b"BLST" + struct.pack("!II", n, 64))
        got = 0
        try:
            while got < n:
                s.recv(2048)
                got += 1
        except TimeoutError:
            pass
    if got < n * 0.9:
        raise ValueError("%d of %d datagrams came" % (got, n))
    return n


def _echo_request(seq):
    head = struct.pack("!BBHHH", 8, 0, 0, 0x756B, seq & 0xFFFF)
    body = b"p" * 56
    words = struct.unpack("!32H", head + body)
    total = sum(words)
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return head[:2] + struct.pack("!H", ~total & 0xFFFF) + head[4:] + body


def ping(addr, n, limit=TIMEOUT):
    """n echo requests, one at a time; a lost one is repeated."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
        end = time.monotonic() + limit
        seq = done = 0
        while done < n:
            if time.monotonic() > end:
                raise TimeoutError("no answer to ping")
            seq += 1
            try:
                s.sendto(_echo_request(seq), (addr, 0))
            except OSError:
                time.sleep(0.02)
                continue
            until = time.monotonic() + (0.02 if n == 1 else 1)
            while select.select([s], [], [], max(0, until - time.monotonic()))[0]:
                data = s.recv(2048)
                if data[20] == 0 and data[24:28] == struct.pack("!HH", 0x756B, seq & 0xFFFF):
                    done += 1
                    break
    return n
