#!/usr/bin/env bats
# Programs that run while a package is built: its own, and those of another package.
# SPDX-License-Identifier: ISC

load helpers

setup() {
	tree=$(mktemp -d)
	mkdir -p "$tree/recipes/packages" "$tree/patches/hosted"
	cat >"$tree/patches/hosted/gen.c" <<-'END'
		#include <stdio.h>
		#include <sys/utsname.h>
		int main(void)
		{
			struct utsname u;
			return uname(&u) != 0 || printf("#define MADE_ON \"%s\"\n", u.machine) < 0;
		}
	END
	cat >"$tree/patches/hosted/main.c" <<-'END'
		#include <stdio.h>
		#include "made.h"
		int main(void) { return printf("made on %s, before: %s\n", MADE_ON, BEFORE) < 0; }
	END
	echo 'Anybody may do anything.' >"$tree/patches/hosted/LICENSE"
	# Tabs in front are part of it.
	cat >"$tree/recipes/packages/hosted" <<'END'
name         hosted
version      1
summary      A program that is partly written by another one
home         https://example.org/
licence      0BSD
licence-file LICENSE
need         hosted sysroot for build

local        LICENSE
local        gen.c
local        main.c

phase build {
	"$CC_FOR_BUILD" -o gen gen.c
	./gen > made.h
	before=nothing
	! command -v hosted > /dev/null || before=$(hosted | cut -d, -f1)
	printf '#define BEFORE "%s"\n' "$before" >> made.h
	"$CC" -o hosted main.c
}

phase install {
	mkdir -p "$DESTDIR$PREFIX/bin"
	cp hosted "$DESTDIR$PREFIX/bin"
}

test {
	run hosted | grep -x "$SAYS"
}

when target armv7 {
	set     SAYS "made on x86_64, before: made on x86_64"
}

when target x86_64 {
	set     SAYS "made on x86_64, before: nothing"
}
END
}

teardown() {
	rm -rf "$tree"
}

@test "build-cc makes programs that run here, and a package's own program is made here first" {
	[ "$(uname -m)" = x86_64 ] || skip "the recipe names x86_64 as the machine that builds"
	run "$kiln" build hosted -t armv7,x86_64 --tree "$tree"
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"armv7/bin/hosted"*"made on x86_64, before: made on x86_64"* ]]
	[[ $output == *"x86_64/bin/hosted"*"made on x86_64, before: nothing"* ]]
	run "$kiln" show hosted -t armv7,x86_64 --tree "$tree"
	[ "$(grep -c '^test  *passed' <<<"$output")" = 2 ]
}

@test "build-cc is not there for those who do not ask" {
	sed -i 's/ sysroot for build/ for build/; s/"$CC_FOR_BUILD"/build-cc/' \
		"$tree/recipes/packages/hosted"
	run "$kiln" build hosted -t x86_64 --tree "$tree"
	echo "$output"
	[ "$status" = 1 ]
	[[ $output == *"build-cc: not found"* ]]
	# How long it took until then is no guess for the next time.
	[[ $(grep ' hosted x86_64 build ' "${KILN_OUT:-$top/${OUT:-out}}/history" | tail -n 1) == *" failed" ]]
}
