# SPDX-License-Identifier: BSD-2-Clause
"""Builds the Linux guest out of Debian packages: kernel, busybox, services.

Its kernel is Debian's linux-image-amd64 as configured there; the package is
fetched with apt-get into the build folder, not installed.
"""
import glob
import gzip
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import image  # noqa: E402

# In the order they are loaded.
MODULES = ["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev",
           "virtio_pci", "failover", "net_failover", "virtio_net", "e1000"]


def run(*cmd, **kw):
    r = subprocess.run(cmd, capture_output=True, text=True, **kw)
    if r.returncode:
        raise RuntimeError("%s: %s" % (" ".join(cmd), (r.stderr or r.stdout).strip()[-400:]))
    return r.stdout


def kernel_package():
    out = run("apt-cache", "depends", "linux-image-amd64")
    names = re.findall(r"Depends: *(linux-image-\d\S*)", out)
    if not names:
        raise RuntimeError("apt knows no linux-image-amd64; run apt-get update")
    return names[0]


def build(out):
    """(vmlinuz, initramfs, kernel version); built once."""
    os.makedirs(out, exist_ok=True)
    vmlinuz, initramfs = out + "/vmlinuz", out + "/initramfs.gz"
    stamp = out + "/version"
    newest = max(os.path.getmtime(HERE + "/" + n) for n in
                 ("linux_services.c", "linux_init.sh", "linuxguest.py"))
    if os.path.exists(initramfs) and os.path.exists(stamp) and os.path.getmtime(stamp) > newest:
        with open(stamp, encoding="ascii") as f:
            return vmlinuz, initramfs, f.read().strip()
    package = kernel_package()
    run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package, cwd=out)
    deb = sorted(glob.glob("%s/%s_*.deb" % (out, package)))[-1]
    run("dpkg-deb", "-x", deb, out + "/kernel")
    version = package[len("linux-image-"):]
    os.replace("%s/kernel/boot/vmlinuz-%s" % (out, version), vmlinuz)
    run("gcc", "-O2", "-Wall", "-Wextra", "-static", "-o", out + "/services",
        HERE + "/linux_services.c")

    def content(path):
        with open(path, "rb") as f:
            return f.read()

    entries = [(d, 0o040755, b"") for d in ("bin", "dev", "proc", "sys", "modules")]
    entries.append(("init", 0o100755, content(HERE + "/linux_init.sh")))
    entries.append(("services", 0o100755, content(out + "/services")))
    entries.append(("bin/busybox", 0o100755, content("/bin/busybox")))
    order = []
    for name in MODULES:
        found = glob.glob("%s/kernel/lib/modules/**/%s.ko" % (out, name), recursive=True)
        if found:
            entries.append(("modules/%s.ko" % name, 0o100644, content(found[0])))
            order.append(name)
    entries.append(("modules/order", 0o100644, "\n".join(order).encode()))
    with open(initramfs, "wb") as f:
        f.write(gzip.compress(image.cpio_pack(entries), 6))
    run("rm", "-rf", out + "/kernel", deb)
    with open(stamp, "w", encoding="ascii") as f:
        f.write(version)
    return vmlinuz, initramfs, version
