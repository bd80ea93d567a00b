#!/bin/sh
# setup.sh SET...: make sure that this machine has what kiln stands on.
#
# SETs: build (to compile and run kiln), check (to pass the tests as well), vm (to start
# bundles on kernels of every target), lint.
# Says which packages are missing and why; on Debian as root it installs them, as
# another user it prints the one command, elsewhere it names what is missing.
# Does nothing, quickly, when all is there.
#
# SPDX-License-Identifier: ISC
set -eu

# set | Debian package | what shows that it is there: a command or a file | why
table='
build|gcc|cc|to compile kiln
build|libc6-dev|/usr/include/stdio.h|to compile kiln
build|libssl-dev|/usr/include/openssl/evp.h|kiln hashes with OpenSSL
build|libcurl4-openssl-dev|/usr/include/*/curl/curl.h|kiln-fetch downloads with libcurl
build|libarchive-dev|/usr/include/archive.h|kiln-fetch unpacks with libarchive
build|libzstd-dev|/usr/include/zstd.h|kiln-fetch packs with Zstandard
build|zlib1g-dev|/usr/include/zlib.h|kiln reads gzip members with zlib
build|ca-certificates|/etc/ssl/certs/ca-certificates.crt|to trust upstream hosts
build|clang-19|/usr/lib/llvm-19/bin/clang|the compiler of every package
build|lld-19|/usr/lib/llvm-19/bin/lld|the linker of every package
build|llvm-19|/usr/lib/llvm-19/bin/llvm-objcopy|archives, strip, objcopy
build|pkgconf|pkgconf|configure scripts ask it
build|bzip2|bzip2|Makefiles may use it
build|xz-utils|xz|Makefiles may use it
build|diffutils|cmp|tests of recipes compare with it
build|perl|/usr/share/perl/5*/strict.pm|OpenSSL configures itself with it
build|cmake|cmake|packages that are built by CMake
build|ninja-build|ninja|CMake and Meson drive it
build|meson|/usr/bin/meson|packages that are built by Meson
build|nasm|nasm|assembler of x86_64 code
build|tcl8.6|tclsh8.6|SQLite puts its source together with it
build|bison|bison|parsers of binutils are written with it
build|flex|flex|lexers of binutils are written with it
build|m4|m4|bison and flex run it
build|qemu-user-static|qemu-arm-static|runs what was built for another machine
check|libcmocka-dev|/usr/include/cmocka.h|unit tests
check|bats|bats|command line tests
check|nginx-light|/usr/sbin/nginx|a real mirror on loopback
check|procps|ps|to count processes
check|cpio|cpio|reads what kiln packs
check|minisign|minisign|verifies what kiln signs
check|busybox|busybox|stands for a device
check|qemu-system-arm|qemu-system-arm|starts bundles on a kernel of armv7, and of aarch64
check|skopeo|skopeo|reads the images that kiln writes
check|jq|jq|reads the JSON that kiln writes
vm|qemu-system-arm|qemu-system-arm|starts bundles on kernels of armv7 and aarch64
vm|qemu-system-x86|qemu-system-x86_64|starts bundles on a kernel of x86_64
lint|clang-format|clang-format|the one format
lint|clang-tidy|clang-tidy|static checks
lint|cppcheck|cppcheck|static checks
lint|libsodium-dev|/usr/include/sodium.h|static checks of kiln-verify
lint|shellcheck|shellcheck|checks of shell scripts
'

is_there() {
	case $1 in
	/*) for f in $1; do [ -e "$f" ] && return 0; done; return 1 ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

missing='' report=''
for set in "$@"; do
	while IFS='|' read -r in package probe why; do
		[ "$in" = "$set" ] || continue
		is_there "$probe" && continue
		missing="$missing $package"
		report="$report
  $package: $why"
	done <<-END
	$table
	END
done
[ -n "$missing" ] || exit 0

echo "kiln: this machine lacks:$report" >&2
if ! command -v apt-get >/dev/null 2>&1; then
	echo "kiln: install these (the names are Debian's) and run make again" >&2
	exit 7
fi
if [ "$(id -u)" != 0 ]; then
	echo "kiln: as root: apt-get install --no-install-recommends$missing" >&2
	exit 7
fi
echo "kiln: installing them" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt-get -q update && apt-get -q install -y --no-install-recommends $missing; } >"$log" 2>&1 || {
	tail -n 20 "$log" >&2
	echo "kiln: apt-get could not install them; the lines above say why" >&2
	exit 7
}
