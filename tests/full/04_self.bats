#!/usr/bin/env bats
# kiln builds kiln, and what that one builds is the same. SPDX-License-Identifier: ISC

load ../build/helpers

setup_file() {
	export KILN_OUT=${KILN_OUT:-$top/${OUT:-out}} alone
	# Not below /tmp, so that nothing of it hides behind the sandbox's own.
	alone=$(mktemp -d -p /var/tmp)
	cp -R "$top/recipes" "$top/patches" "$alone/"
}

teardown_file() {
	chmod -R u+w "$alone"
	rm -rf "$alone"
}

# The second kiln, with an environment that names nothing of the first.
second() {
	env -u KILN_OUT -u KILN_DISTFILES "$alone/kiln" -C "$alone" "$@"
}

# digest PACKAGE: of the object that each of the two has, the first one's first.
digests() {
	"$kiln" -C "$top" show "$1" -t armv7 | awk '$1 == "built" { print $2 }'
	second show "$1" -t armv7 | awk '$1 == "built" { print $2 }'
}

@test "kiln builds kiln: one static program for each target, tested there" {
	run "$kiln" -C "$top" build kiln -t armv7,aarch64,x86_64
	echo "$output"
	[ "$status" = 0 ]
	"$kiln" -C "$top" build kiln -t x86_64 -o "$alone/object"
	cp "$alone/object/usr/bin/kiln" "$alone/kiln"
	rm -r "$alone/object"
	run ldd "$alone/kiln"
	[[ $output == *"statically linked"* || $output == *"not a dynamic executable"* ]]
	[ "$(second version)" = "$("$kiln" version)" ]
}

@test "alone in a folder with recipes and patches it lacks nothing of its own" {
	run second doctor
	echo "$output"
	[[ $output == *"ok   kiln-fetch"* ]]
	[[ $output == *"ok   kiln-cc"* ]]
	run second list
	[ "$status" = 0 ]
}

@test "it passes the tests of the programs it stands for" {
	self=out/self
	mkdir -p "$top/$self"
	for program in kiln kiln-fetch kiln-cc; do
		ln -sf "$alone/kiln" "$top/$self/$program"
	done
	cd "$top"
	run env -u KILN_OUT OUT=$self bats tests/cli/fetch.bats tests/cli/source.bats \
		tests/cli/unpack.bats tests/cli/driver.bats
	echo "$output"
	[ "$status" = 0 ]
	run env -u KILN_OUT OUT=$self tests/cases.sh
	echo "$output"
	[[ $output != *"not ok"* ]]
	rm -r "${top:?}/$self"
}

@test "from nothing it builds zlib and curl to the first kiln's bytes" {
	run "$kiln" -C "$top" build zlib curl -t armv7
	echo "$output"
	[ "$status" = 0 ]
	mkdir "$alone/dist"
	for f in "$KILN_OUT"/distfiles/*-*; do
		name=${f##*/}
		ln -s "$f" "$alone/dist/${name#*-}"
	done
	run second build zlib curl -t armv7 --distfiles "$alone/dist"
	echo "$output"
	[ "$status" = 0 ]
	for p in linux-headers musl compiler-rt zlib openssl curl; do
		echo "$p" $(digests "$p")
		[ "$(digests "$p" | wc -l)" = 2 ]
		[ "$(digests "$p" | sort -u | wc -l)" = 1 ]
	done
}
