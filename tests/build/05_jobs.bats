#!/usr/bin/env bats
# One -j for everything. SPDX-License-Identifier: ISC

load helpers

# The most compilers and linkers seen at once below a process, sampled.
most_below() {
	most=0
	while kill -0 "$1" 2>/dev/null; do
		n=$(ps -eo comm=,stat= | awk '($1 ~ /^clang/ || $1 == "ld.lld") && $2 !~ /Z/' | wc -l)
		[ "$n" -gt "$most" ] && most=$n
		sleep 0.02
	done
	echo "$most"
}

@test "never more running compilers than -j, also when killed and started again" {
	here=$BATS_TEST_TMPDIR/here
	clone "$here"
	seed "$here"
	"$here/out/kiln" -C "$here" build zlib bzip2 -t armv7 -j2 >/dev/null 2>&1 &
	first=$!
	(sleep 12; kill -9 "$first") &
	most=$(most_below "$first")
	wait "$first" 2>/dev/null || true
	echo "first run: $most"
	[ "$most" -le 2 ]
	[ "$most" -ge 1 ]
	"$here/out/kiln" -C "$here" build zlib bzip2 -t armv7 -j2 >/dev/null 2>&1 &
	second=$!
	most=$(most_below "$second")
	wait "$second"
	echo "second run: $most"
	[ "$most" -le 2 ]
}
