#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""`make run`: boot the image in QEMU with the console on this terminal.

Options come as RUN_* in the environment (see `make help`): NIC, UEFI, FAST,
MEM, KEXTS, APPEND, TAP, PCAP, GDB.  With user networking it prints which host
ports lead to which guest services; host ports are free ones, and the usual
number when that is free.  Ctrl-A x leaves QEMU.
"""
import argparse
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import image  # noqa: E402

# name, protocol, guest port, host port to try first, how to use it
SERVICES = [
    ("http", "tcp", 80, 8080, "curl http://localhost:%d/"),
    ("echo", "tcp", 7, 8007, "nc localhost %d"),
    ("discard", "tcp", 9, 8009, "nc -N localhost %d < file"),
    ("daytime", "tcp", 13, 8013, "nc localhost %d"),
    ("chargen", "tcp", 19, 8019, "nc localhost %d"),
    ("iperf3", "tcp", 5201, 5201, "iperf3 -c localhost -p %d"),
    ("user", "tcp", 5555, 5555, "nc localhost %d  (for `nc -l 5555` in the guest)"),
    ("echo", "udp", 7, 8007, "nc -u localhost %d"),
]
NICS = {"virtio": "virtio-net-pci", "e1000": "e1000"}


def free_port(proto, wanted):
    kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, kind) as s:
            try:
                s.bind(("127.0.0.1", port))
                return s.getsockname()[1]
            except OSError:
                continue
    raise SystemExit("run: no free %s port" % proto)


def network(opt, pcap):
    """(-netdev and -device arguments, lines to print)"""
    nic = NICS.get(opt("NIC") or "virtio")
    if not nic:
        raise SystemExit("run: NIC is one of: " + " ".join(NICS))
    dev = ["-device", nic + ",netdev=n0,romfile="]
    if opt("TAP"):
        # A capture of a tap is only readable without the virtio header.
        net = "tap,id=n0,script=no,downscript=no,ifname=" + opt("TAP")
        net += ",vnet_hdr=off" if pcap and nic != "e1000" else ""
        return ["-netdev", net, *dev], ["  network    tap " + opt("TAP")]
    net, lines = "user,id=n0", []
    for name, proto, guest, wanted, how in SERVICES:
        host = free_port(proto, wanted)
        net += ",hostfwd=%s:127.0.0.1:%d-:%d" % (proto, host, guest)
        lines.append("  %-8s %s 127.0.0.1:%-5d -> guest %-5d %s"
                     % (name, proto, host, guest, how % host))
    return ["-netdev", net, *dev], lines


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--build", default="build")
    build = ap.parse_args().build

    def opt(name):
        value = os.environ.get("RUN_" + name, "")
        return "" if value == "0" else value

    kernel, initrd, iso = (os.path.join(build, n) for n in
                           ("kernel.elf", "initrd.cpio", "unikext.iso"))
    work = os.path.join(build, "run")
    os.makedirs(work, exist_ok=True)
    if opt("KEXTS"):
        initrd = image.initrd_with(initrd, image.kexts_of(opt("KEXTS")), work + "/initrd.cpio")

    cmd = [image.QEMU, "-M", "q35", *image.accel(build), "-m", opt("MEM") or "256",
           "-nodefaults", "-vga", "std", "-display", "none",
           "-chardev", "stdio,id=con,mux=on,signal=off", "-serial", "chardev:con",
           "-mon", "chardev=con", "-device", "virtio-rng-pci",
           "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if opt("FAST"):
        if opt("UEFI"):
            raise SystemExit("run: FAST=1 boots without firmware choice; leave UEFI out")
        cmd += ["-kernel", kernel, "-initrd", initrd, "-append", opt("APPEND")]
    else:
        if opt("KEXTS") or opt("APPEND"):
            iso = image.make_iso(kernel, initrd, opt("APPEND"), work + "/unikext.iso")
        cmd += ["-cdrom", iso, "-boot", "d"]
    if opt("UEFI"):
        cmd += image.uefi_args(work)
    net, lines = network(opt, opt("PCAP"))
    cmd += net
    if opt("PCAP"):
        cmd += ["-object", "filter-dump,id=dump,netdev=n0,file=" + opt("PCAP")]
    if opt("GDB"):
        cmd += ["-s", "-S"]
        lines.append("  gdb        gdb %s -ex 'target remote :1234'" % kernel)

    print("\n".join(lines + ["  (Ctrl-A x ends QEMU, Ctrl-A c its monitor)"]), flush=True)
    try:
        status = subprocess.call(cmd)
    except FileNotFoundError:
        raise SystemExit("run: no %s; install qemu-system-x86" % image.QEMU) from None
    except KeyboardInterrupt:
        status = 0
    return {image.EXIT_PASS: 0}.get(status, status)


if __name__ == "__main__":
    sys.exit(main())
