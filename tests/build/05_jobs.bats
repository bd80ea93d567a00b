#!/usr/bin/env bats
# One -j for everything. SPDX-License-Identifier: ISC

load helpers

@test "never more running compilers than -j, also when killed and started again" {
	here=$BATS_TEST_TMPDIR/here
	clone "$here"
	seed "$here"
	cc -O2 -o "$BATS_TEST_TMPDIR/most" "$BATS_TEST_DIRNAME/most.c"
	"$here/out/kiln" -C "$here" build zlib bzip2 -t armv7 -j2 >/dev/null 2>&1 &
	first=$!
	most=$("$BATS_TEST_TMPDIR/most" "$first" 6)
	wait "$first" || [ $? = 137 ]
	echo "first run, killed: $most"
	[ "$most" -le 2 ]
	[ "$most" -ge 1 ]
	"$here/out/kiln" -C "$here" build zlib bzip2 -t armv7 -j2 >/dev/null 2>&1 &
	second=$!
	most=$("$BATS_TEST_TMPDIR/most" "$second")
	wait "$second"
	echo "second run: $most"
	[ "$most" -le 2 ]
	[ "$most" -ge 1 ]
}
