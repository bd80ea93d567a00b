#!/usr/bin/env bats
# kill -9 of everything, and what is true afterwards. SPDX-License-Identifier: ISC

load helpers

# A clone whose sysroot is built, so that the killed builds are short ones.
setup_file() {
	export here=$BATS_FILE_TMPDIR/here
	clone "$here"
	cp -a "$top/out/distfiles" "$top/out/stage" "$here/out/" 2>/dev/null || true
	cp -a "$top/out/store" "$top/out/journal" "$here/out/"
	export want=""
	for p in zlib bzip2 xz; do
		want="$want $(digest_of "$here" $p armv7)"
	done
}

# Forget what was built of these three, not of the sysroot.
forget() {
	for d in $want; do
		chmod -R u+w "$here/out/store/$d" && rm -rf "$here/out/store/$d"
	done
}

# The pids of everything below a process.
below() {
	for child in $(ps -o pid= --ppid "$1"); do
		echo "$child"
		below "$child"
	done
}

@test "a build killed at ten random moments finishes with the same digests, nothing built twice" {
	forget
	for round in 1 2 3 4 5 6 7 8 9 10; do
		"$here/out/kiln" -C "$here" build zlib bzip2 xz -t armv7 -j2 >/dev/null 2>&1 &
		pid=$!
		sleep "$(awk -v s="$round$RANDOM" 'BEGIN { srand(s); print 0.2 + rand() * 2.5 }')"
		kill -9 "$pid" $(below "$pid") 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	run "$here/out/kiln" -C "$here" build zlib bzip2 xz -t armv7
	echo "$output"
	[ "$status" = 0 ]
	got=""
	for p in zlib bzip2 xz; do
		got="$got $(digest_of "$here" $p armv7)"
	done
	[ "$got" = "$want" ]
	run "$here/out/kiln" -C "$here" verify
	[ "$status" = 0 ]
}

@test "when kiln dies, everything it started dies with it" {
	forget
	"$here/out/kiln" -C "$here" build xz -t armv7 >/dev/null 2>&1 &
	pid=$!
	sleep 2
	started=$(below "$pid")
	[ -n "$started" ]
	kill -9 "$pid"
	wait "$pid" 2>/dev/null || true
	for wait in 1 2 3 4 5 6 7 8 9 10; do
		left=$(ps -o pid=,stat= -p $(echo $started | tr ' ' ,) | grep -v Z || true)
		[ -z "$left" ] && break
		sleep 0.2
	done
	echo "left: $left"
	[ -z "$left" ]
}
