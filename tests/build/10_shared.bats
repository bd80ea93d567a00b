#!/usr/bin/env bats
# Several kilns share one store. SPDX-License-Identifier: ISC

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR"
	export KILN_OUT=${KILN_OUT:-$top/${OUT:-out}}
	mkdir -p tree/recipes/packages tree/patches/slow
	echo 'int main(void) { return 0; }' >tree/patches/slow/main.c
	echo 'As you like it.' >tree/patches/slow/LICENSE
	cat >tree/recipes/packages/slow <<END
name slow
version 1
summary A test that takes a while
home https://slow.example/
licence ISC
licence-file LICENSE
local main.c
local LICENSE
phase build {
	cc \$CFLAGS -o slow main.c
}
phase install {
	install -D slow "\$DESTDIR\$PREFIX/bin/slow"
}
test {
	# of this run of the suite: $BATS_TEST_TMPDIR
	for i in 1 2 3 4 5 6 7 8; do
		run slow > \$i
		sleep 0.3
		cat \$i
	done
}
END
}

@test "two that test the same package at once do not take each other's files" {
	"$kiln" -C "$top" --tree "$PWD/tree" build slow -t armv7 >one 2>&1 &
	first=$!
	run "$kiln" -C "$top" --tree "$PWD/tree" build slow -t armv7
	echo "$output"
	[ "$status" = 0 ]
	wait "$first" || { cat one; false; }
}
