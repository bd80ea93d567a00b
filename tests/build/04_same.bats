#!/usr/bin/env bats
# The same bytes from another place, another user, another -j, and without a network. SPDX-License-Identifier: ISC

load helpers

@test "two clones at paths of different length, two users, -j1 and -j2, one without a network, give the same objects" {
	[ "$(id -u)" = 0 ] || skip "needs root to become another user"
	a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/a-much/longer/path/than/the/other/one
	clone "$a"
	clone "$b"
	seed "$a"
	run "$a/out/kiln" -C "$a" fetch --all
	echo "$output"
	[ "$status" = 0 ]
	cp -R "$a/out/distfiles" "$b/out/"
	chown -R nobody "$b"
	chmod -R a+rX "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	run "$a/out/kiln" -C "$a" build zlib bzip2 xz -t armv7 -j1
	echo "$output"
	[ "$status" = 0 ]
	# All that fetch --all brought is enough: there is no network at all here.
	run unshare -n setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/nonexistent \
		"$b/out/kiln" -C "$b" build zlib bzip2 xz -t armv7 -j2
	echo "$output"
	[ "$status" = 0 ]
	diff <(cd "$a/out/store" && ls) <(cd "$b/out/store" && ls)
}
