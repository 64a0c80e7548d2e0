# SPDX-License-Identifier: BSD-2-Clause
"""kextbuild on folders in the styles foreign sources have, and the SDK."""
import os
import re
import subprocess
import sys
import tarfile

import pytest

from test.lib.qemu import ROOT, UserNet, artefact

KEXTBUILD = os.path.join(ROOT, "tools/kextbuild")
STYLES = os.path.join(ROOT, "test/styles")
KINDS = ["socket-filter", "ip-filter", "interface-filter", "interface", "control"]


def build(*args, cwd=None, ok=True):
    """Output of kextbuild; checks whether it succeeded."""
    r = subprocess.run([sys.executable, KEXTBUILD, *map(str, args)], cwd=cwd, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert (r.returncode == 0) == ok, r.stdout
    return r.stdout


def styled(tmp_path, name):
    """The bytes of a kext built from a folder of test/styles."""
    out = tmp_path / (name + ".kext")
    build(os.path.join(STYLES, name), "-o", out)
    return out.read_bytes()


def test_styles_of_projects(vm, tmp_path):
    """Built without help, loaded, tried, unloaded, nothing left."""
    names = ["cpp98", "ctlpair", "era104", "sysctltree"]
    m = vm(net=UserNet(), files={"kexts/%s.kext" % n: styled(tmp_path, n) for n in names})

    m.run("kextload era104")
    m.run("nc -4 -w 2 127.0.0.1 13")
    m.run("kextunload era104")
    log = m.run("dmesg")
    assert "era104: start com.example.nke.era104 1.0.4d4" in log
    assert re.search(r"era104: attached (\d+) detached \1 in [1-9]", log)

    m.run("kextload cpp98")
    assert "cpp98: hello from com.example.cpp98, 3 left" in m.run("dmesg")
    m.run("kextunload cpp98")

    m.run("kextload ctlpair")
    m.run("kctl set com.example.ctlpair 2 5")
    assert "05" in m.run("kctl get com.example.ctlpair 1 8")
    assert "ctlpair: factor is 5" in m.run("dmesg")
    m.run("kextunload ctlpair")

    m.run("kextload sysctltree")
    assert "300" in m.run("sysctl tree.branch.leaves")
    m.run("sysctl tree.branch.leaves=700")
    assert m.run("sysctl -n tree.level").strip() == "7"
    m.run("sysctl tree.branch.leaves=750", status=1)
    m.run("sysctl tree.name=elm")
    assert "elm" in m.run("sysctl tree.name")
    m.run("kextunload sysctltree")
    assert m.sh("sysctl tree.level")[0] != 0

    assert m.json("kextstat -j") == []


def test_inspect_and_check(tmp_path):
    text = build("--inspect", os.path.join(STYLES, "cpp98"))
    assert "identifier  com.example.cpp98" in text
    assert "needs from  com.apple.kpi.libkern" in text and "_Znwm" in text
    text = build("--check", os.path.join(STYLES, "ctlpair"))
    assert "com.example.driver.ctlpair 3.1.2: complete" in text
    text = build("--check", os.path.join(ROOT, "test/kexts/missing_symbol"), ok=False)
    assert "no_such_function" in text


def folder(tmp_path, plist=None, **sources):
    top = tmp_path / "k"
    top.mkdir()
    for name, text in sources.items():
        (top / name.replace("_c", ".c")).write_text(text)
    if plist is not None:
        (top / "Info.plist").write_text(plist)
    return top


PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>CFBundlePackageType</key><string>KEXT</string>%s</dict></plist>
"""
START = """#include <mach/mach_types.h>
%skern_return_t my_start(kmod_info_t *k, void *d) { return KERN_SUCCESS; }
%skern_return_t my_stop(kmod_info_t *k, void *d) { return KERN_SUCCESS; }
"""


def test_messages(tmp_path):
    """What it can not know it says, in one clear line."""
    ident = "<key>CFBundleIdentifier</key><string>a.b.$(WHAT)</string>"
    version = "<key>CFBundleVersion</key><string>1.0</string>"
    top = folder(tmp_path, main_c=START % ("", ""))
    assert "no bundle identifier" in build(top, ok=False)
    (top / "Info.plist").write_text(PLIST % ident)
    assert "$(WHAT) is not defined" in build(top, ok=False)
    assert "no version" in build(top, "-D", "WHAT=x", ok=False)
    (top / "Info.plist").write_text(PLIST % (ident + version.replace("1.0", "1.0.0.7")))
    assert "not of the form" in build(top, "-D", "WHAT=x", ok=False)
    (top / "Info.plist").write_text(PLIST % (ident + version))
    out = tmp_path / "x.kext"
    build(top, "-D", "WHAT=x", "-o", out)
    assert "a.b.x" in build("--inspect", out)
    (top / "main.c").write_text(START % ("static ", "static "))
    assert "is static" in build(top, "-D", "WHAT=x", ok=False)
    (top / "main.c").write_text("int unrelated;\n")
    assert "give --start and --stop" in build(top, "-D", "WHAT=x", ok=False)
    (top / "main.c").write_text("int main(void) { return undeclared(1); }\n")
    assert "no C or C++ sources" in build(top, "-D", "WHAT=x", ok=False)
    (top / "main.c").write_text(START % ("void f(void) { undeclared(1); }\n", ""))
    assert "implicit declaration" in build(top, "-D", "WHAT=x", ok=False)


@pytest.fixture(scope="module")
def sdk(tmp_path_factory):
    """An unpacked SDK in a folder of its own."""
    tar = artefact("unikext-sdk.tar.gz")
    subprocess.run(["make", "-s", "sdk"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    top = tmp_path_factory.mktemp("sdk")
    with tarfile.open(tar) as t:
        t.extractall(top)
    return top


@pytest.mark.parametrize("kind", KINDS)
def test_sdk_template(sdk, tmp_path, kind):
    """A new kext of each kind builds, loads and passes its own test."""
    name = kind.replace("-filter", "flt").replace("interface", "ifc")
    tools = sdk / "unikext-sdk" / "bin"
    for cmd in ([tools / "kextbuild", "--new", name, "--kind", kind],
                [tools / "kextbuild", name],
                [tools / "kexttest", name + ".kext", "%s/%s.test" % (name, name)]):
        r = subprocess.run(list(map(str, cmd)), cwd=tmp_path, text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert r.returncode == 0, r.stdout
    assert re.search(r"^\d+ passed, 0 failed$", r.stdout, re.M)
