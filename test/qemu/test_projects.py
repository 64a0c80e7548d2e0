# SPDX-License-Identifier: BSD-2-Clause
"""kextbuild on projects: Xcode's of several ages, Makefiles, bare folders."""
import json
import os
import plistlib
import re
import shutil
import subprocess
import sys

import pytest

from test.lib.qemu import ROOT

KEXTBUILD = os.path.join(ROOT, "tools/kextbuild")

KMOD = """#include <mach/mach_types.h>
kern_return_t k_start(kmod_info_t *ki, void *d);
kern_return_t k_stop(kmod_info_t *ki, void *d);
extern int value(void);
kern_return_t k_start(kmod_info_t *ki, void *d) { return value() ? KERN_SUCCESS : KERN_FAILURE; }
kern_return_t k_stop(kmod_info_t *ki, void *d) { return KERN_SUCCESS; }
"""
LIBS = {"com.apple.kpi.bsd": "8.0.0", "com.apple.kpi.libkern": "8.0.0",
        "com.apple.kpi.mach": "8.0.0"}


def plist(ident="org.example.k", version="1.0", **more):
    return plistlib.dumps({"CFBundleIdentifier": ident, "CFBundleVersion": version,
                           "CFBundlePackageType": "KEXT", "OSBundleLibraries": LIBS, **more})


class Folder:
    """A source folder made of texts, and kextbuild on it."""

    def __init__(self, tmp_path):
        self.top, self.out = tmp_path / "folder", tmp_path / "out.kext"

    def put(self, files):
        for name, text in files.items():
            path = self.top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def run(self, *args, ok=True, where=""):
        r = subprocess.run([sys.executable, KEXTBUILD, str(self.top / where), "-o",
                            str(self.out), *args], text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, check=False)
        assert (r.returncode == 0) == ok, r.stdout
        return r.stdout

    def build(self, *args, where=""):
        """What --inspect says about the result."""
        self.run(*args, where=where)
        return self.inspect(self.out)

    @staticmethod
    def inspect(path):
        return json.loads(subprocess.run(
            [sys.executable, KEXTBUILD, "--inspect", "-j", str(path)], check=True,
            stdout=subprocess.PIPE, text=True).stdout)

    def each(self, says=""):
        """{file: identifier} of what comes into an empty folder."""
        into = self.out.with_name("each")
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir()
        out = self.run("-o", str(into), ok=not says)
        assert says in out and (says or not out), out
        return {p.name: self.inspect(p)["id"] for p in sorted(into.iterdir())}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def pbx(objects, version=46, root="P"):
    """A project.pbxproj in the text form, from a dictionary of objects."""
    def text(v, depth):
        tab = "\t" * depth
        if isinstance(v, dict):
            return "{\n%s%s}" % ("".join("%s\t%s = %s;\n" % (tab, q(k), text(w, depth + 1))
                                         for k, w in v.items()), tab)
        if isinstance(v, list):
            return "(\n%s%s)" % ("".join("%s\t%s,\n" % (tab, text(w, depth + 1)) for w in v), tab)
        return q(str(v))

    def q(s):
        if re.fullmatch(r"[\w./]+", s):
            return s
        return '"%s"' % s.replace("\\", "\\\\").replace('"', '\\"')
    return "// !$*UTF8*$!\n" + text({
        "archiveVersion": 1, "classes": {}, "objectVersion": version, "objects": objects,
        "rootObject": root}, 0) + "\n"


def refs(*paths):
    """File references and build files of sources, by path."""
    out = {}
    for p in paths:
        out["R" + p] = {"isa": "PBXFileReference", "path": p, "sourceTree": "<group>"}
        out["B" + p] = {"isa": "PBXBuildFile", "fileRef": "R" + p}
    return out


def configs(ident, **settings):
    """A configuration list with Debug and Release; Debug is the wrong one."""
    return {ident: {"isa": "XCConfigurationList", "buildConfigurations": [ident + "D", ident + "R"]},
            ident + "D": {"isa": "XCBuildConfiguration", "name": "Debug",
                          "buildSettings": {"GCC_PREPROCESSOR_DEFINITIONS": "WRONG=1"}},
            ident + "R": {"isa": "XCBuildConfiguration", "name": "Release", "buildSettings": settings}}


def target(name, kind, sources, clist, **more):
    return {"T" + name: {"isa": "PBXNativeTarget", "name": name, "productName": name,
                         "productType": "com.apple.product-type." + kind,
                         "buildPhases": ["S" + name], "buildConfigurationList": clist, **more},
            "S" + name: {"isa": "PBXSourcesBuildPhase", "files": ["B" + s for s in sources]}}


def test_nested_project_with_three_targets(folder):
    """The kext's target of a project in a sub-folder: arrays and $(inherited), a configuration
    file, per-file flags, a prefix header and a search path outside, identifiers with modifiers."""
    objects = {"P": {"isa": "PBXProject", "mainGroup": "G", "buildConfigurationList": "PL",
                     "targets": ["TApp", "Tctl", "TNet Watch"]},
               "G": {"isa": "PBXGroup", "sourceTree": "<group>",
                     "children": ["KG", "Rapp.m", "Rctl.c", "Xcfg"]},
               "KG": {"isa": "PBXGroup", "sourceTree": "<group>", "path": "Kext",
                      "children": ["Rmain.c", "R../../shared/Value.c"]},
               "Xcfg": {"isa": "PBXFileReference", "path": "kext.xcconfig", "sourceTree": "<group>"},
               **refs("main.c", "../../shared/Value.c", "app.m", "ctl.c"),
               **configs("PL", GCC_PREPROCESSOR_DEFINITIONS=["FROM_PROJECT=1"],
                         MODULE_VERSION="2.5", HEADER_SEARCH_PATHS="/usr/include"),
               **configs("AL"), **configs(
                   "KL", GCC_PREPROCESSOR_DEFINITIONS=["$(inherited)", 'TEXT=\\"a b\\"', "KEXT_ONLY"],
                   GCC_PREFIX_HEADER="Kext/NetWatch_prefix.pch", INFOPLIST_FILE="Kext/Info-Kext.plist",
                   PRODUCT_NAME="$(TARGET_NAME)", MODULE_START="$(ENTRY)_start",
                   MODULE_STOP="k_stop", HEADER_SEARCH_PATHS=["$(SRCROOT)/../shared", "/usr/include"],
                   PRODUCT_BUNDLE_IDENTIFIER="org.$(COMPANY).$(PRODUCT_NAME:rfc1034identifier)"),
               **target("App", "application", ["app.m"], "AL"), **target("ctl", "tool", ["ctl.c"], "AL"),
               **target("Net Watch", "kernel-extension", ["main.c", "../../shared/Value.c"], "KL")}
    objects["KLR"]["baseConfigurationReference"] = "Xcfg"
    objects["B../../shared/Value.c"]["settings"] = {"COMPILER_FLAGS": "-DVALUE=3 -Wno-format"}
    folder.put({
        "mac/Watch.xcodeproj/project.pbxproj": pbx(objects),
        "mac/kext.xcconfig": '#include "company.xcconfig"\nENTRY = k // theirs\n',
        "mac/company.xcconfig": "COMPANY = my-firm\nMODULE_VERSION = 9.9\n",
        "mac/Kext/Info-Kext.plist": plist("$(PRODUCT_BUNDLE_IDENTIFIER)", "$(MODULE_VERSION)"),
        "mac/Kext/NetWatch_Prefix.pch": "#define FROM_PREFIX 1\n",   # spelled otherwise
        "mac/Kext/main.c": KMOD + """#include <Defs.h>
#if !FROM_PROJECT || !FROM_PREFIX || !FROM_DEFS || !defined KEXT_ONLY || defined WRONG
#error a setting is lost
#endif
#ifdef VALUE
#error the flag of another file
#endif
const char text[] = TEXT;
""",
        "shared/value.c": "int value(void);\nint value(void) { return VALUE; }\n",
        "shared/Defs.h": "#define FROM_DEFS 1\n",
        "mac/app.m": "@implementation App @end\n", "mac/ctl.c": "int main(void) { return 0; }\n"})
    k = folder.build()
    assert (k["id"], k["version"]) == ("org.my-firm.Net-Watch", "9.9")
    assert {"text", "value", "k_start", "k_stop"} <= set(k["defines"])


def test_old_project_form(folder):
    """Project Builder's form: settings in the target and a build style, numbers for trees,
    the property list inside the project."""
    objects = {"P": {"isa": "PBXProject", "mainGroup": "G", "targets": ["T"],
                     "buildStyles": ["Y1", "Y2"]},
               "Y1": {"isa": "PBXBuildStyle", "name": "Development",
                      "buildSettings": {"OTHER_CFLAGS": "-DWRONG"}},
               "Y2": {"isa": "PBXBuildStyle", "name": "Deployment", "buildSettings": {}},
               "G": {"isa": "PBXGroup", "refType": 4, "children": ["Rmain.c", "Rvalue.c"]},
               **refs("main.c", "value.c"),
               "T": {"isa": "PBXKernelExtensionTarget", "name": "Old", "productName": "Old",
                     "productReference": "K", "buildPhases": ["S"],
                     "productSettingsXML": plist("com.unix.linux.Old", "1.0.1b2").decode(),
                     "buildSettings": {"MODULE_NAME": "com.unix.linux.Old", "MODULE_START": "k_start",
                                       "MODULE_STOP": "k_stop", "PRODUCT_NAME": "Old",
                                       "OTHER_CFLAGS": '-DNAME=\\"Old\\" -I../include'}},
               "K": {"isa": "PBXFileReference", "path": "Old.kext", "refType": 3},
               "S": {"isa": "PBXSourcesBuildPhase", "files": ["Bmain.c", "Bvalue.c"]}}
    for o in objects.values():
        o.pop("sourceTree", None)
    for r in ("Rmain.c", "Rvalue.c"):
        objects[r]["refType"] = 4
    folder.put({"Old.pbproj/project.pbxproj": pbx(objects, 38),
                "main.c": KMOD + '#ifdef WRONG\n#error\n#endif\nconst char name[] = NAME;\n',
                "value.c": "int value(void);\nint value(void) { return 1; }\n",
                "unused.c": "#error not part of it\n"})
    k = folder.build()
    # Names of the host's own macros are no part of it either.
    assert (k["id"], k["version"]) == ("com.unix.linux.Old", "1.0.1b2")
    assert b"com.unix.linux.Old" in folder.out.read_bytes().split(b"unikext-bundle")[0]


def test_folder_as_a_whole(folder):
    """The newest form: a target has a folder, not files, with exceptions."""
    objects = {"P": {"isa": "PBXProject", "mainGroup": "G", "targets": ["TNew"]},
               "G": {"isa": "PBXGroup", "sourceTree": "<group>", "children": ["F"]},
               "F": {"isa": "PBXFileSystemSynchronizedRootGroup", "path": "New", "sourceTree": "<group>",
                     "exceptions": ["E"]},
               "E": {"isa": "PBXFileSystemSynchronizedBuildFileExceptionSet", "target": "TNew",
                     "membershipExceptions": ["Info.plist", "old/main.c"]},
               **configs("L", INFOPLIST_FILE="New/Info.plist", MODULE_START="k_start",
                         MODULE_STOP="k_stop"),
               **target("New", "kernel-extension", [], "L", fileSystemSynchronizedGroups=["F"])}
    folder.put({"New.xcodeproj/project.pbxproj": pbx(objects, 77), "New/Info.plist": plist(),
                "New/main.c": KMOD, "New/old/main.c": "#error an old one\n",
                "New/sub/value.c": "int value(void);\nint value(void) { return 1; }\n"})
    assert folder.build()["id"] == "org.example.k"


TAP_MAKE = """# makes NAME
include ../common.mk
VERSION_OF_IT = 20.11
KMOD = @NAME@
OBJS = ../core.o \\
\tkmod.o
CFLAGS += -DIT_VERSION=\\"$(VERSION_OF_IT)\\" -DFAMILY=\\"$(FAMILY)\\"
all: $(KMOD).kext
.c.o:
\t$(CC) $(CFLAGS) $(INCLUDE) -c $< -o $@
$(KMOD): $(OBJS)
\tld -r -o $@ $(OBJS) -lkmod -lcc_kext
$(KMOD).kext: $(KMOD) Info.plist
\tmkdir -p $@/Contents/MacOS
\tsed -e "s/@@EXEC@@/$(KMOD)/" -e 's/@@ID@@/org.example.$(KMOD)/' \\
\t    -e "s/@@VERSION@@/$(VERSION_OF_IT)/" Info.plist > $@/Contents/Info.plist
""".replace("@NAME@", "%s")


def test_makefiles(folder):
    """Two kexts over common sources, made by Makefiles; Info.plist is a template."""
    files = {"common.mk": "FAMILY ?= both\nCFLAGS = -Wall -mkernel -DKERNEL -DKERNEL_PRIVATE\n"
                          "INCLUDE = -I.. -I/System/Library/Frameworks/Kernel.framework/Headers\n",
             "Makefile": "SUBDIRS = tap tun\nall:\n\tfor i in $(SUBDIRS); do make -C $$i; done\n",
             "core.cc": '#include "core.h"\nextern "C" int value(void);\n'
                        'int value(void) { return FAMILY[0]; }\n',
             "core.h": "#define CORE 1\n", "client.c": "#error nothing of a kext\n"}
    for name in ("tap", "tun"):
        files.update({name + "/Makefile": TAP_MAKE % name,
                      name + "/Info.plist": plist("@@ID@@", "@@VERSION@@", CFBundleExecutable="@@EXEC@@"),
                      name + "/kmod.c": KMOD + '#include "core.h"\nconst char %s[] = IT_VERSION;\n' % name})
    folder.put(files)
    assert re.search("several kexts: choose one with --target, or a folder with -o: tap, tun$",
                     folder.run(ok=False).strip())
    # Both with one command; one that can't be built keeps none of the others.
    assert folder.each() == {"tap.kext": "org.example.tap", "tun.kext": "org.example.tun"}
    (folder.top / "tap/kmod.c").rename(folder.top / "kmod.c.away")
    assert folder.each(says="kextbuild: tap: ") == {"tun.kext": "org.example.tun"}
    (folder.top / "kmod.c.away").rename(folder.top / "tap/kmod.c")
    k = folder.build("--target", "tun")
    assert (k["id"], k["version"]) == ("org.example.tun", "20.11")
    assert {"tun", "value"} <= set(k["defines"]) and "tap" not in k["defines"]
    assert b"20.11\0" in folder.out.read_bytes()
    assert folder.build(where="tap")["id"] == "org.example.tap"
    assert "no target tan, only tap, tun" in folder.run("--target", "tan", ok=False)


def test_folder_without_project(folder):
    """A kext beside its client, an older copy of a file, another system's port and an
    included source."""
    files = {"Info.plist": plist(), "kext/main.c": KMOD + '#include "table.c"\n',
             "kext/table.c": "int table[4];\n",
             "kext/value.c": "extern int table[];\nint value(void);\nint value(void) { return !table[0]; }\n",
             "kext/value-old.c": "int value(void);\nint value(void) { return 2; }\n",
             "client/main.c": "#include <sys/types.h>\nint main(int argc, char **argv) { return 0; }\n",
             "client/util.c": "#include <sys/types.h>\nvoid client_send(int s);\n"
                              "extern long write(int, const void *, unsigned long);\n"
                              "void client_send(int s) { write(s, 0, 0); }\n",
             "win/port.c": "#include <ntddk.h>\nNTSTATUS DriverEntry(void) { return 0; }\n"}
    folder.put(files)
    # Which of two is meant it can not know.
    assert "kext/value-old.c, kext/value.c all define value: leave out others with --exclude" in \
        folder.run(ok=False)
    said = folder.run("--exclude", "*-old.c")
    assert "leaving out win/port.c" in said and "leaving out client/util.c" in said
    (folder.top / "kext/value-old.c").unlink()
    # What nobody needs may define a name again.
    folder.put({"test/table.c": "int table[4] = { 1 };\nint unused(void) { return table[0]; }\n"})
    assert "leaving out test/table.c, which is not needed: it defines table" in folder.run()
    assert {"value", "k_start"} <= set(folder.build()["defines"])
    # Nobody calls a constructor or needs to know what the start library has.
    folder.put({"kext/hello.c": "#include <libkern/libkern.h>\n#include <libkern/OSKextLib.h>\n"
                "int hello;\n__attribute__((constructor)) static void say(void)\n"
                '{ hello = printf("%s", OSKextGetCurrentIdentifier()); }\n'})
    assert "hello.c" not in folder.run() and "hello" in folder.build()["defines"]
    # What is needed has to compile.
    folder.put({"kext/value.c": "int value(void) { return x; }\n"})
    assert "undeclared" in folder.run(ok=False)


def test_old_sources(folder):
    """Line ends and letters of other systems, K&R functions, macros of compilers."""
    main = KMOD + """#import <sys/systm.h>
#import <sys/systm.h>
#include "Macros.H"
#if defined(linux) || defined(__linux__) || defined(unix) || defined(__unix__)
#error this host
#endif
#if !defined(__APPLE__) || !defined(__LITTLE_ENDIAN__) || defined(__BIG_ENDIAN__) || !KERNEL
#error not the reference
#endif
#if MAC_OS_X_VERSION_MIN_REQUIRED < MAC_OS_X_VERSION_10_6 || __APPLE_CC__ < 5000
#error versions
#endif
/* caf\xe9 \xa9 */
__private_extern__ int old_style();
static int helper(a, b)
\tint a;
\tchar *b;
{
\treturn (int)b + a;\t\t\t// pointers had 32 bits once
}
int old_style(x) { u_long l = sizeof(x); printf("%u %x\\n", l, __FILE__); return helper(l, 0); }
"""
    folder.put({"Info.plist": plist(), "main.c": main.replace("\n", "\r\n").encode("latin-1"),
                "macros.h": b"\xef\xbb\xbf#include <AvailabilityMacros.h>\r\n#define M(x) \\\r\n\t(x)\r\n",
                "value.c": "int value(void);\rint value(void)\r{\r\treturn 1; // one\r}\r"})
    folder.build()
    # A source that could not say more clearly what it is for.
    folder.put({"value.c": "#if __ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__ != 101500\n#error\n#endif\n"
                           "int value(void) { return 1; }\n"})
    folder.build()


def test_property_lists(folder):
    """Text, binary, a template's ending, and one for the preprocessor."""
    top = {"main.c": KMOD, "value.c": "int value(void);\nint value(void) { return 1; }\n"}
    libs = " ".join('"%s" = "%s";' % lv for lv in LIBS.items())
    folder.put({**top, "Info.plist": "// theirs\n{ CFBundleIdentifier = org.example.text; "
                "CFBundleVersion = '1.2'; OSBundleLibraries = { %s }; }\n" % libs})
    assert folder.build()["id"] == "org.example.text"
    folder.put({"Info.plist": plistlib.dumps(plistlib.loads(plist("org.example.bin")),
                                             fmt=plistlib.FMT_BINARY)})
    assert folder.build()["id"] == "org.example.bin"
    (folder.top / "Info.plist").unlink()
    folder.put({"k-Info.plist.in": plist("org.example.@NAME@", "@VERSION@")})
    assert "give -D VERSION=VALUE" in folder.run("-D", "NAME=x", ok=False)
    assert folder.build("-D", "NAME=x", "-D", "VERSION=3")["id"] == "org.example.x"
    assert folder.build("-D", "NAME=$(A_$(B))", "-D", "B=c", "-D", "A_c=nested", "-D",
                        "VERSION=3")["id"] == "org.example.nested"
    assert "is defined by itself" in folder.run("-D", "NAME=$(NAME)", "-D", "VERSION=3", ok=False)
    objects = {"P": {"isa": "PBXProject", "mainGroup": "G", "targets": ["TPre"]},
               "G": {"isa": "PBXGroup", "sourceTree": "<group>", "children": ["Rmain.c", "Rvalue.c"]},
               **refs("main.c", "value.c"),
               **configs("L", INFOPLIST_FILE="Pre.plist", INFOPLIST_PREPROCESS="YES",
                         INFOPLIST_PREFIX_HEADER="version.h"),
               **target("Pre", "kernel-extension", ["main.c", "value.c"], "L")}
    folder.put({"Pre.xcodeproj/project.pbxproj": pbx(objects),
                "Pre.plist": plist("org.example.pre", "ITS_VERSION"),
                "version.h": "#define ITS_VERSION 4.5.6\n"})
    assert folder.build()["version"] == "4.5.6"


def test_what_it_can_not_know(folder):
    """One line each: classes, generated headers, variables, a missing source."""
    objects = {"P": {"isa": "PBXProject", "mainGroup": "G", "targets": ["TK"]},
               "G": {"isa": "PBXGroup", "sourceTree": "<group>", "children": ["Rmain.c"]},
               **refs("main.c"), **configs("L"), **target("K", "kernel-extension", ["main.c"], "L"),
               "H": {"isa": "PBXShellScriptBuildPhase", "name": "Stamp",
                     "shellScript": "git describe > $SRCROOT/revision.h"}}
    folder.put({"K.xcodeproj/project.pbxproj": pbx(objects), "Info.plist": plist(),
                "main.c": '#include "revision.h"\n' + KMOD})
    assert folder.run(ok=False).strip().endswith(
        'main.c:1 includes "revision.h", which the project\'s script "Stamp" would make: make it and '
        'give its folder with -I')
    folder.put({"main.c": "#include <IOKit/network/IOEthernetController.h>\n" + KMOD})
    assert "belongs to the I/O Kit's classes" in folder.run(ok=False)
    folder.put({"main.c": "#include <nowhere.h>\n" + KMOD})
    assert "neither in the folder nor in the SDK" in folder.run(ok=False)
    (folder.top / "main.c").unlink()
    assert "source main.c, named by the project, is not there" in folder.run(ok=False)


VALUE = "int value(void);\nint value(void) { return 1; }\n"


def project(sources, settings, **more):
    """A project with one kext, K."""
    return {"P": {"isa": "PBXProject", "mainGroup": "G", "buildConfigurationList": "PL", "targets": ["TK"]},
            "G": {"isa": "PBXGroup", "sourceTree": "<group>", "children": ["R" + s for s in sources]},
            **refs(*sources), **configs("PL", **more), **configs("L", **settings),
            **target("K", "kernel-extension", sources, "L")}


def test_settings(folder):
    """Variables that hold several words, conditions, per-file flags and languages, names
    with spaces, a folder above the project."""
    main, other = "My Kext/main.c", "My Kext/other.c"
    objects = project([main, other], {
        "GCC_PREPROCESSOR_DEFINITIONS": "$(COMMON) $(inherited)", "COMMON": ["A=1", "B=2"],
        "GCC_PREPROCESSOR_DEFINITIONS[sdk=*]": "$(inherited) SDK=1",
        "GCC_PREPROCESSOR_DEFINITIONS[sdk=macosx*][arch=i386]": "WRONG=1",
        "OTHER_CFLAGS": "$(COMMON_FLAGS) -fapple-kext -Werror -Wmost -arch x86_64 -funsigned-char",
        "COMMON_FLAGS": '-DF=1 -DG=\\"x\\ y\\"', "PER_ARCH_CFLAGS_x86_64": "-DPER_ARCH",
        "HEADER_SEARCH_PATHS": '"$(SRCROOT)/../my shared" /usr/include',
        "GCC_PREFIX_HEADER": "My Kext/My Kext-Prefix.pch", "INFOPLIST_PREPROCESS": "YES",
        "INFOPLIST_FILE": "My Kext/My Kext-Info.plist", "PRODUCT_NAME": "My Kext",
        "INFOPLIST_OTHER_PREPROCESSOR_FLAGS": "-traditional -DITS_VERSION=3.2.1"},
        GCC_PREPROCESSOR_DEFINITIONS="C=3")
    objects["R" + other]["explicitFileType"] = "sourcecode.cpp.cpp"
    objects["B" + other]["settings"] = {"COMPILER_FLAGS": "-include extra.h -DQ='\"a b\"'"}
    folder.put({
        "k/K.xcodeproj/project.pbxproj": pbx(objects), "my shared/shared.h": "#define SHARED 1\n",
        "k/My Kext/My Kext-Prefix.pch": "#define PREFIX\n#ifdef __OBJC__\n#import <Cocoa/Cocoa.h>\n#endif\n",
        "k/My Kext/My Kext-Info.plist": b'#include "../ids.h"\n' + plist(
            "FIRM.${PRODUCT_NAME:rfc1034identifier}", "ITS_VERSION"), "k/ids.h": "#define FIRM org.example\n",
        "k/extra.h": "#define EXTRA 1\n", "k/My Kext/main.c": KMOD + """#include <shared.h>
#if A != 1 || B != 2 || C != 3 || F != 1 || SHARED != 1 || defined WRONG || defined EXTRA
#error a setting is lost
#endif
#if !defined SDK || !defined PER_ARCH || !defined PREFIX
#error a setting is lost
#endif
_Static_assert((char)-1 > 0, "a setting is lost");
const char g[] = G;
""", "k/My Kext/other.c": 'class Box { public: int x; };\nconst char *q = Q;\n'
                          'extern "C" int value(void) { Box b; b.x = EXTRA; return b.x; }\n'})
    k = folder.build(where="k/K.xcodeproj")
    assert (k["id"], k["version"]) == ("org.example.My-Kext", "3.2.1") and {"g", "q", "value"} <= set(k["defines"])
    assert b"x y\0" in folder.out.read_bytes() and b"a b\0" in folder.out.read_bytes()


def test_language_of_make(folder):
    """Conditions, functions, pattern rules, a program in the same Makefile; an application's
    project beside it; a header that sed makes."""
    gui = {"P": {"isa": "PBXProject", "mainGroup": "G", "targets": ["TApp"]},
           "G": {"isa": "PBXGroup", "children": []}, **configs("L"), **target("App", "application", [], "L")}
    folder.put({"gui/App.xcodeproj/project.pbxproj": pbx(gui), "gui/main.m": "@implementation App @end\n",
                "kext/Makefile": r"""ifeq ($(DEBUG),1)
CFLAGS += -DWRONG
else ifdef RELEASE
CFLAGS += -DWRONG
else
CFLAGS += -DNDEBUG
endif
ifneq (,$(findstring x86_64,$(ARCHS)))
CFLAGS += -DWRONG
endif
define HELP
CFLAGS = broken
endef
VERSION := $(shell cat VERSION)
DIRS = . sub
SRCS := $(foreach d,$(DIRS),$(wildcard $(d)/*.c))
SRCS := $(filter-out %/unused.c,$(SRCS))
OBJS := $(patsubst %.c,obj/%.o,$(notdir $(filter-out ./tool%,$(SRCS))))
vpath %.c sub
CFLAGS += -mkernel -DKERNEL -DVERSION='"$(strip $(VERSION))"' $(addprefix -I,$(DIRS)) \
	-DMAJOR=$(word 1,$(subst ., ,$(VERSION))) $(if $(VERSION),-DFIRM=\"a-b\")
obj/%.o: sub/%.c
	$(CC) $(CFLAGS) -c -o $@ $<
k.kext: $(OBJS)
	sed -e "s|__VERSION__|$(VERSION)|g" Info.plist.in > Info.plist
	sed s/@STAMP@/today/ stamp.h.in > stamp.h
tool: tool.c toolutil.o
""", "kext/VERSION": "1.4.2\n", "kext/Info.plist.in": plist(version="__VERSION__"),
                "kext/stamp.h.in": '#define STAMP "made @STAMP@"\n', "kext/sub/value.c": VALUE,
                "kext/sub/unused.c": "#error\n", "kext/tool.c": "#include <stdio.h>\nint main(void) { return 0; }\n",
                "kext/toolutil.c": "#include <poll.h>\n", "kext/main.c": KMOD + """#include "stamp.h"
#if defined WRONG || !defined NDEBUG || MAJOR != 1
#error a setting is lost
#endif
const char text[] = VERSION FIRM STAMP;
"""})
    assert "leaving out kext/toolutil.c, which does not compile" in folder.run()
    assert folder.build()["version"] == "1.4.2"
    assert b"1.4.2a-bmade today\0" in folder.out.read_bytes()


def test_to_be_configured(folder):
    """What configure would make is made of what its input says."""
    folder.put({"configure.ac": "dnl theirs\nAC_INIT([netk], [2.1.3], [bug@example.org])\nAC_OUTPUT\n",
                "src/config.h.in": "/* made */\n#undef HAVE_STDIO_H\n#undef PACKAGE_VERSION\n",
                "Makefile.in": "CC=@CC@\nCFLAGS=@CFLAGS@ -mkernel -DKERNEL -DHAVE_CONFIG_H -Isrc\n"
                               "OBJS=src/main.o src/value.o\nnetk.kext: $(OBJS)\n\t$(LD) -r -o $@ $(OBJS)\n",
                "src/Info.plist.in": plist("org.example.netk", "@PACKAGE_VERSION@"), "src/value.c": VALUE,
                "src/main.c": "#ifdef HAVE_CONFIG_H\n#include <config.h>\n#endif\n" + KMOD + """
#ifdef HAVE_STDIO_H
#error nobody found that out
#endif
const char v[] = "is " PACKAGE_VERSION;
"""})
    assert folder.build()["version"] == "2.1.3" and b"is 2.1.3\0" in folder.out.read_bytes()


def test_taken_for_declared(folder):
    """Headers nobody included, a function without a prototype, words of another compiler."""
    folder.put({"Info.plist": plist(), "value.c": VALUE, "helper.c": "helper(x) { return x; }\n",
                "packed.h": "#pragma options align=packed\nstruct p { char a; int b; };\n"
                            "#pragma options align=reset\nstruct n { char a; int b; };\n",
                "main.c": "#include <Kernel/sys/systm.h>\n" + KMOD + """#include "packed.h"
#if __has_feature(blocks) || __has_extension(c_atomic)
#error
#endif
#pragma mark - Things
#pragma clang diagnostic ignored "-Wfoo"
#warning an author's warning
_Static_assert(sizeof(struct p) == 5 && sizeof(struct n) == 8, "layout");
extern int old(void) __attribute__((availability(macosx, introduced=10.5, message="no")));
static mbuf_t *_Nullable first;
static lck_mtx_t *lock;
static struct timeval when;
int
pid(void)
{
	char name[20];

	proc_selfname(name, sizeof(name));
#pragma unused(lock)
	return (proc_selfpid() + helper(2) + when.tv_sec + (first != NULL));
}
"""})
    k = folder.build()
    assert {"proc_selfname", "proc_selfpid"} <= set(k["needs"]["bsd"]) and "helper" in k["defines"]
    for what, said in (("return nothing_such();", "implicit declaration of function 'nothing_such'"),
                       ("return text() != 0;", "implicit declaration of function 'text'"),
                       ("int in(int x) { return x + a; } call(in); return 0;",
                        "main.c:8: the address of the nested function in is taken")):
        folder.put({"main.c": KMOD + "extern void call(int (*)(int));\nint f(int a) { %s }\n" % what,
                    "helper.c": "char *text() { return 0; }\nvoid call(int (*f)(int)) { f(1); }\n"})
        assert said in folder.run(ok=False)


def test_kexts_within_kexts(folder):
    """Each is built without the other's sources; a property list in the author's alphabet;
    a stop function whose name tells nothing."""
    main = KMOD.replace("k_stop(kmod_info_t *ki,", "bye(kmod_info_t *ki __attribute__ ((unused)),")
    folder.put({"Info.plist": b"\xef\xbb\xbf" + plist("org.example.main", Copyright="(c) X").replace(
        b"(c)", b"\xa9 caf\x8e").replace(b"\n", b"\r\n"), "main.c": main, "value.c": VALUE,
                "PlugIns/sub.kext/Contents/Info.plist": b"<!-- theirs -->\n" + plist("org.example.sub"),
                "PlugIns/sub.kext/main.c": KMOD.replace("value", "other"),
                "PlugIns/sub.kext/value.c": VALUE.replace("value", "other")})
    k = folder.build()
    assert k["id"] == "org.example.main" and "other" not in k["defines"]
    k = folder.build(where="PlugIns/sub.kext")
    assert k["id"] == "org.example.sub" and "value" not in k["defines"]
