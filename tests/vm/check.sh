#!/bin/sh
# check.sh TARGETS PROFILES: start bundles on real kernels, and try there what they are for.
#
# Both are lists of words.  What the machine gets is the bundle as it is given away, and behind it
# the self-test as another bundle (recipes/bundles/selftest), and the list of the first one's
# programs.  Where there is no emulator or kernel the target is skipped; with STRICT=1 that is a
# failure.
#
# SPDX-License-Identifier: ISC
set -u
cd "$(dirname "$0")/../.." || exit 7
kiln=${OUT:-out}/kiln
made=${KILN_OUT:-out}
work=$made/vm
mkdir -p "$work"
failed=0 skipped=0

kiln() {
	"$kiln" "$@" --tree tests/vm > /dev/null
}

# What a bundle's JSON calls a file of a program's folder: a path that may be run, or a link.
programs() { # JSON
	tr '{' '\n' < "$1" | sed -nE '/"mode":"755"|"link":/s,^"path":"((usr/)?s?bin/[^"]*)".*,\1,p'
}

# A third part, with that list.
add_list() { # PROFILE TARGET
	mkdir -p "$work/list/selftest"
	programs "$made/bundle/$1/$1-$2.json" > "$work/list/selftest/programs"
	[ -s "$work/list/selftest/programs" ] || {
		echo "no programs in $1 for $2" >&2
		return 1
	}
	(cd "$work/list" && echo selftest/programs | cpio -o -H newc -R 0:0 --quiet) | gzip
}

prepare() { # PROFILE TARGET
	kiln bundle "$1" -t "$2" --format cpio &&
		kiln bundle selftest -t "$2" &&
		add_list "$1" "$2" > "$work/list.cpio.gz" &&
		cat "$made/bundle/$1/$1-$2.cpio.gz" "$made/bundle/selftest/selftest-$2.cpio.gz" \
			"$work/list.cpio.gz" > "$work/$1-$2"
}

# What the target is started with. Ends with 77 where that is not to be had.
find_machine() { # TARGET
	tests/vm/boot.sh "$1" || return
	kiln build vm-kernel -t "$1" -o "$work/kernel-$1"
	status=$?
	[ $status != 4 ] || {
		echo "skip $1: no place has its kernel"
		return 77
	}
	return $status
}

for target in $1; do
	find_machine "$target"
	case $? in
	0) ;;
	77)
		skipped=$((skipped + 1))
		continue
		;;
	*)
		failed=$((failed + 1))
		continue
		;;
	esac
	for profile in $2; do
		echo "== $profile on $target"
		prepare "$profile" "$target" || {
			failed=$((failed + 1))
			continue
		}
		tests/vm/boot.sh "$target" "$work/kernel-$target/usr/lib/vm-kernel/vmlinuz" \
			"$work/$profile-$target" || failed=$((failed + 1))
	done
done
[ $failed = 0 ] && { [ "${STRICT:-0}" = 0 ] || [ $skipped = 0 ]; }
