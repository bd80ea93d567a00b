#!/usr/bin/env bats
# One -j for everything. SPDX-License-Identifier: ISC

load helpers

# The most compilers and linkers seen at work at once while a process lives, sampled. A
# compiler that waits for the linker it started is one, not two.
most_below() {
	most=0
	while kill -0 "$1" 2>/dev/null; do
		n=$(ps -eo pid=,ppid=,comm=,stat= | awk '
			($3 ~ /^clang/ || $3 ~ /^ld.lld|^lld/) && $4 !~ /Z/ { at[$1] = 1; parent[$1] = $2 }
			END { for (p in at) waits[parent[p]] = 1
				for (p in at) if (!(p in waits)) n++
				print n + 0 }')
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
