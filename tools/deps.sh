#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Brings what the build and the tests need, by Debian package name, and the
# source packages that the kernel is built with: lwIP, zlib, libmd.
#
#   tools/deps.sh          packages and sources, for `make run` and `make test`
#   tools/deps.sh run      only what `make` and `make run` need, and sources
#   tools/deps.sh sources  only the sources, for `make`
#   tools/deps.sh list     print the package names, install nothing
#
# A run that finds everything does nothing, at once and offline: stamps under
# build/ hold the list that was satisfied.  Without root (or sudo) or without
# a registry it says in one line what to install.
#
# The sources arrive as source packages through a source list and a state
# folder of their own under build/apt, derived from the Debian mirrors that the system
# has configured; the system's package configuration is read, never changed.

set -eu
cd "$(dirname "$0")/.."

BUILD_PKGS="gcc g++ binutils libc6-dev make python3 dpkg-dev xz-utils cpio
	grub-common grub-pc-bin grub-efi-amd64-bin xorriso mtools"
RUN_PKGS="qemu-system-x86 ovmf iproute2 curl netcat-openbsd"
TEST_PKGS="check libsubunit-dev pkg-config
	python3-pytest python3-pytest-timeout python3-pexpect python3-scapy
	iputils-ping dnsmasq-base tcpdump iperf3 wget wrk util-linux
	busybox-static file gdb shellcheck cppcheck
	clang clang-tidy clang-format"

LWIP_VERSION=2.1.3+dfsg1
LWIP_SHA256=0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24
ZLIB_VERSION=1.2.13.dfsg
ZLIB_SHA256=71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1
LIBMD_VERSION=1.0.4
LIBMD_SHA256=f51c921042e34beddeded4b75557656559cf5b1f2448033b4c1eec11c07e530f

say()
{
	printf '%s\n' "deps: $*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Prints those of the named packages that are not installed.
missing()
{
	local have pkg

	# shellcheck disable=SC2016  # dpkg-query's own ${} fields
	have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
	    2>/dev/null | sed -n 's/^installed //p')
	for pkg in "$@"; do
		grep -qxF "$pkg" <<<"$have" || echo "$pkg"
	done
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
	    -o DPkg::Lock::Timeout=300 "$@"
}

install_packages()
{
	local stamp="build/.deps-$1" need log=build/deps.log
	shift

	if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$*" ]; then
		return 0
	fi
	command -v dpkg-query >/dev/null ||
	    die "not a Debian system; install the equivalents of: $*"
	need=$(missing "$@" | tr '\n' ' ')
	if [ -n "$need" ]; then
		as_root true 2>/dev/null ||
		    die "as root, install: apt-get install $need"
		say "installing: $need"
		# An old list may name files that are gone: refresh and retry.
		# shellcheck disable=SC2086  # words wanted
		apt install -y --no-install-recommends $need >"$log" 2>&1 ||
		    { apt update && apt install -y --no-install-recommends \
		    $need; } >"$log" 2>&1 ||
		    die "no registry or not installable (see $log); install: $need"
	fi
	echo "$*" >"$stamp"
}

# Prints deb-src entries for the Debian mirrors the system already uses,
# deb822 (.sources) in and out; one-line (.list) entries are converted.
debian_sources()
{
	local f

	for f in /etc/apt/sources.list.d/*.sources; do
		[ -e "$f" ] || continue
		# One paragraph at a time, only those whose URI is a Debian
		# archive; comments inside a paragraph are dropped.
		awk 'BEGIN { RS = ""; FS = "\n" }
		{
			keep = 0; text = "Types: deb-src\n"
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^#/ || $i ~ /^Types:/)
					continue
				if ($i ~ /^Architectures:/)
					continue
				if ($i ~ /^Enabled: *no/)
					next
				if ($i ~ /^URIs:.*\/debian(-security)?(\/[0-9]+T[0-9]+Z)?\/?$/)
					keep = 1
				text = text $i "\n"
			}
			if (keep)
				print text
		}' "$f"
	done
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -e "$f" ] || continue
		sed -nE 's#^deb +(\[([^]]*)\] +)?(\S+/debian/?) +(\S+) +(.*)$#\2|\3|\4|\5#p' "$f" |
		while IFS='|' read -r opts uri suite comps; do
			printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: %s\n' \
			    "$uri" "$suite" "$comps"
			case $opts in
			*signed-by=*)
				opts=${opts#*signed-by=}
				printf 'Signed-By: %s\n' "${opts%% *}"
				;;
			esac
			echo
		done
	done
}

# fetch_source NAME VERSION SHA256: Debian's source package, unpacked and
# patched, as build/NAME; the sum is that of the upstream archive in it.
fetch_source()
{
	local name=$1 version=$2 sum=$3 a orig log

	[ -e "build/$name/.ok" ] && return 0
	mkdir -p build
	# Parallel make may ask twice: the second waits and finds it done.
	exec 9>build/.sources.lock
	flock 9
	[ -e "build/$name/.ok" ] && return 0

	a=$PWD/build/apt
	log=build/$name.log
	mkdir -p "$a/state/lists/partial" "$a/cache/archives/partial" "$a/src"
	orig=$(find "$a/src" -name "${name}_$version.orig.tar.*" ! -name '*.asc')
	if [ -z "$orig" ]; then
		command -v apt-get >/dev/null || die \
		    "no apt-get; put Debian's $name $version source package under build/apt/src"
		debian_sources >"$a/debian.sources"
		[ -s "$a/debian.sources" ] || die \
		    "no Debian mirror configured; put Debian's $name $version source package under build/apt/src"
		cat >"$a/apt.conf" <<-CONF
			Dir::Etc::sourcelist "$a/debian.sources";
			Dir::Etc::sourceparts "/dev/null";
			Dir::State "$a/state";
			Dir::State::status "/var/lib/dpkg/status";
			Dir::Cache "$a/cache";
			APT::Get::List-Cleanup "false";
			APT::Sandbox::User "root";
			Acquire::Languages "none";
		CONF
		say "fetching the $name $version source package"
		# The version in the archive has an epoch and a revision.
		( cd "$a/src" && export APT_CONFIG=$a/apt.conf &&
		    apt-get -q update &&
		    apt-get -q source --download-only \
		    "$name=$(apt-cache showsrc "$name" |
		    sed -n "s/^Version: \(\([0-9]*:\)\?${version//+/\\+}-.*\)/\1/p" |
		    head -n 1)" ) >"$log" 2>&1 ||
		    die "cannot fetch Debian's $name $version source package (see $log); a copy under build/apt/src will do"
		orig=$(find "$a/src" -name "${name}_$version.orig.tar.*" ! -name '*.asc')
	fi
	echo "$sum  $orig" | sha256sum --check --status ||
	    die "$(basename "$orig") is not the file it should be (SHA-256 differs)"
	command -v dpkg-source >/dev/null ||
	    die "as root, install: apt-get install dpkg-dev xz-utils"
	rm -rf "build/$name" "build/$name.tmp"
	( cd build && dpkg-source -x "$a/src/${name}_$version"-*.dsc "$name.tmp" ) \
	    >"$log" 2>&1 || die "cannot unpack $name (see $log)"
	rm -f "build/${name}"_*.orig.tar.*
	mv "build/$name.tmp" "build/$name"
	touch "build/$name/.ok"
}

fetch_sources()
{
	fetch_source lwip "$LWIP_VERSION" "$LWIP_SHA256"
	fetch_source zlib "$ZLIB_VERSION" "$ZLIB_SHA256"
	fetch_source libmd "$LIBMD_VERSION" "$LIBMD_SHA256"
}

mkdir -p build
case ${1:-all} in
sources)
	fetch_sources
	;;
run)
	# shellcheck disable=SC2086  # words wanted
	install_packages run $BUILD_PKGS $RUN_PKGS
	fetch_sources
	;;
all)
	# shellcheck disable=SC2086  # words wanted
	install_packages all $BUILD_PKGS $RUN_PKGS $TEST_PKGS
	fetch_sources
	;;
list)
	# shellcheck disable=SC2086  # words wanted
	printf '%s\n' $BUILD_PKGS $RUN_PKGS $TEST_PKGS
	;;
*)
	die "usage: tools/deps.sh [run|sources|list]"
	;;
esac
