# SPDX-License-Identifier: BSD-2-Clause
"""Boot images and QEMU basics shared by run.py, the tests and the benchmarks.

An image is the kernel ELF, a cpio ram disk and a command line; GRUB gets them
on an ISO, QEMU's -kernel directly (PVH).  Nothing here knows a test.
"""
import os
import shutil
import subprocess
import tempfile

EXIT_PASS, EXIT_FAIL, EXIT_PANIC = 33, 35, 37   # isa-debug-exit: (v << 1) | 1
OVMF_CODE = ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_CODE.fd"]
OVMF_VARS = ["/usr/share/OVMF/OVMF_VARS_4M.fd", "/usr/share/OVMF/OVMF_VARS.fd"]
QEMU = "qemu-system-x86_64"


def cpio_entries(data):
    """Yield (name, mode, bytes) of a newc archive."""
    at = 0
    while data[at:at + 6] == b"070701":
        f = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        mode, size, namelen = f[1], f[6], f[11]
        name = data[at + 110:at + 110 + namelen - 1].decode()
        body = (at + 110 + namelen + 3) & ~3
        if name == "TRAILER!!!":
            return
        yield name, mode, data[body:body + size]
        at = (body + size + 3) & ~3


def cpio_pack(entries):
    """The newc archive of (name, mode, bytes) entries."""
    out = bytearray()

    def put(name, mode, body, ino):
        raw = name.encode() + b"\0"
        fields = (ino, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(raw), 0)
        out.extend(b"070701" + b"".join(b"%08X" % v for v in fields))
        out.extend(raw)
        out.extend(b"\0" * (-len(out) % 4))
        out.extend(body)
        out.extend(b"\0" * (-len(out) % 4))

    ino = 1
    for name, mode, body in entries:
        put(name, mode, body, ino)
        ino += 1
    put("TRAILER!!!", 0, b"", 0)
    out.extend(b"\0" * (-len(out) % 512))
    return bytes(out)


def initrd_with(initrd, files, out):
    """Write `out`: the archive `initrd` plus files {name in the disk: bytes}.

    Folders that a name needs are added; an existing name is replaced."""
    with open(initrd, "rb") as f:
        entries = {n: (m, b) for n, m, b in cpio_entries(f.read())}
    # Keep the archive's own spelling of names ("etc/rc" or "./etc/rc").
    lead = next((p for p in ("./", "/") if any(n.startswith(p) for n in entries)), "")
    for name, body in files.items():
        name = name.lstrip("/")
        parts = name.split("/")[:-1]
        for i in range(len(parts)):
            entries.setdefault(lead + "/".join(parts[:i + 1]), (0o040755, b""))
        entries[lead + name] = (0o100644, body)
    with open(out, "wb") as f:
        f.write(cpio_pack((n, m, b) for n, (m, b) in entries.items()))
    return out


def kexts_of(folder):
    """The *.kext files below a folder as {name in the ram disk: bytes}."""
    found = {}
    for top, _, names in os.walk(folder):
        for n in sorted(names):
            if n.endswith(".kext"):
                with open(os.path.join(top, n), "rb") as f:
                    found["kexts/" + n] = f.read()
    return found


def make_iso(kernel, initrd, cmdline, out):
    """A GRUB ISO for BIOS and UEFI with this kernel, ram disk and line."""
    with tempfile.TemporaryDirectory(prefix="ukx-iso-") as top:
        os.makedirs(top + "/boot/grub")
        shutil.copy(kernel, top + "/boot/kernel.elf")
        module = ""
        if initrd:
            shutil.copy(initrd, top + "/boot/initrd.cpio")
            module = "\tmodule2 /boot/initrd.cpio initrd\n"
        with open(top + "/boot/grub/grub.cfg", "w", encoding="ascii") as f:
            f.write("set timeout=0\nset default=0\n"
                    "menuentry \"Unikext\" {\n"
                    "\tmultiboot2 /boot/kernel.elf %s\n%s}\n" % (cmdline, module))
        r = subprocess.run(["grub-mkrescue", "-o", out, top], capture_output=True, text=True)
        if r.returncode:
            raise RuntimeError("grub-mkrescue: " + r.stderr.strip())
    return out


def uefi_args(workdir):
    """pflash arguments with a private copy of the variable store."""
    code = next((p for p in OVMF_CODE if os.path.exists(p)), None)
    if not code:
        raise RuntimeError("OVMF is not installed (package ovmf)")
    vars_ = os.path.join(workdir, "OVMF_VARS.fd")
    shutil.copy(OVMF_VARS[OVMF_CODE.index(code)], vars_)
    return ["-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + code,
            "-drive", "if=pflash,format=raw,unit=1,file=" + vars_]


def accel(build):
    """QEMU's -accel and -cpu: KVM only where it runs 64-bit code at speed."""
    tcg = ["-accel", "tcg,thread=single", "-cpu", "max"]
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return tcg
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    probe = os.path.join(build, "kvmprobe.elf")
    try:
        subprocess.run(["gcc", "-nostdlib", "-static", "-no-pie", "-Wl,-Ttext=0x200000",
                        "-Wl,-e,start", "-Wl,--build-id=none", "-o", probe,
                        os.path.join(here, "arch/x86_64/kvmprobe.S")],
                       check=True, capture_output=True)
        r = subprocess.run([QEMU, "-accel", "kvm", "-cpu", "host", "-m", "32", "-nodefaults",
                            "-display", "none", "-no-reboot", "-kernel", probe,
                            "-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=4)
        if r.returncode == EXIT_PASS:
            return ["-accel", "kvm", "-cpu", "host"]
    except (OSError, subprocess.SubprocessError):
        pass
    return tcg
