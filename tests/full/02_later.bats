#!/usr/bin/env bats
# Another place, another user, another -j, and a year later: every object the same.
# SPDX-License-Identifier: ISC
#
# Real time is in no namespace, so the clock is bent inside of the sandbox: the shell that runs
# the bodies is wrapped by a program that loads libfaketime into all that they start. The
# wrapper stands in a private tree's tool `base`; tools count by their package's version, so no
# key changes. SAME names the packages and targets.

load ../build/helpers

SAME=${SAME:---all -t armv7,aarch64,x86_64}

setup_file() {
	export later lib
	lib=$(ls /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1 2>/dev/null || true)
	# Not below /tmp, which the sandbox hides.
	later=$(mktemp -d -p /var/tmp)
}

teardown_file() {
	chmod -R u+w "$later"
	rm -rf "$later"
}

# A shell for the bodies that lives a year later.
later_tree() {
	mkdir -p "$later/tree/recipes/tools"
	cat >"$later/sh.c" <<-END
		#include <stdlib.h>
		#include <unistd.h>
		int main(int argc, char **argv)
		{
			(void)argc;
			setenv("LD_PRELOAD", "$lib", 1);
			setenv("FAKETIME", "+365d", 1);
			setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1", 1);
			setenv("FAKE_UTIME", "1", 1);
			execv("/usr/bin/dash", argv);
			return 127;
		}
	END
	cc -static -o "$later/sh" "$later/sh.c"
	sed "s,^program  */usr/bin/dash as sh,program  $later/sh as sh\nprogram  /usr/bin/dash\ndata     $lib," \
		"$top/recipes/tools/base" >"$later/tree/recipes/tools/base"
	grep -q "$later/sh as sh" "$later/tree/recipes/tools/base"
}

@test "the bodies of the second clone do see another year" {
	[ -n "$lib" ] || skip "libfaketime is not installed"
	later_tree
	mkdir -p "$later/tree/recipes/packages"
	cat >"$later/tree/recipes/packages/year" <<'END'
name         year
version      1
summary      Tells the year it was made in
home         https://example.org/
licence      0BSD
part-of      sysroot

phase install {
	mkdir -p "$DESTDIR$PREFIX/share/licenses/year"
	date +%Y > "$DESTDIR$PREFIX/share/year"
	echo none > "$DESTDIR$PREFIX/share/licenses/year/none"
}
END
	KILN_OUT=$later/out run "$kiln" build year -t x86_64 --tree "$later/tree" --no-test
	echo "$output"
	[ "$status" = 0 ]
	[ "$(cat "$later/out/store"/*/data/usr/share/year)" = $(($(date +%Y) + 1)) ]
	rm "$later/tree/recipes/packages/year"
}

@test "two clones, different paths, users, -j and years: every object is the same" {
	[ -n "$lib" ] || skip "libfaketime is not installed"
	[ "$(id -u)" = 0 ] || skip "needs root to become another user"
	b=$later/a-much/longer/path/than/the/other/one
	clone "$b"
	seed "$b"
	chown -R nobody "$later"
	chmod -R a+rX "$later"
	# shellcheck disable=SC2086
	run "$kiln" build $SAME -j2
	echo "$output"
	[ "$status" = 0 ]
	# shellcheck disable=SC2086
	run unshare -n setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent \
		"$b/out/kiln" -C "$b" build $SAME --tree "$later/tree" -j3
	echo "$output"
	[ "$status" = 0 ]
	n=0
	for object in "$b"/out/store/*/manifest; do
		[ -e "$top/out/store/$(basename "${object%/manifest}")/manifest" ]
		n=$((n + 1))
	done
	echo "$n objects, all the same"
	[ "$n" -gt 0 ]
}
