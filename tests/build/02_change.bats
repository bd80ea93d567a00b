#!/usr/bin/env bats
# What a change rebuilds, and what it does not. SPDX-License-Identifier: ISC

load helpers

setup_file() {
	export tree=$BATS_FILE_TMPDIR/tree
	# Another tree, the same store.
	export KILN_OUT=$top/${OUT:-out}
	mkdir -p "$tree"
	cp -R "$top/recipes" "$top/patches" "$tree/"
	mkdir -p "$tree/patches/zlib"
}

# Packages of the last run that were built, one a line.
built() {
	awk -F'"' '/"type":"built"/ { for (i = 1; i < NF; i++) if ($i == "package") print $(i + 2) }' \
		"$top/out/log/events.ndjson" | sort
}

# A patch to a C file of zlib that adds or changes one line.
patch_zlib() {
	cat > "$tree/patches/zlib/9999-test.patch" <<-END
	From: the tests
	Why: to see what is rebuilt
	Status: never sent

	--- a/adler32.c
	+++ b/adler32.c
	@@ -1,4 +1,5 @@
	 /* adler32.c -- compute the Adler-32 checksum of a data stream
	+$1
	  * Copyright (C) 1995-2011, 2016 Mark Adler
	  * For conditions of distribution and use, see copyright notice in zlib.h
	  */
	END
}

@test "a comment added to a C file of zlib rebuilds zlib and nothing else" {
	patch_zlib ' * A line more of comment.'
	run "$kiln" -C "$tree" build curl -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[ "$(built)" = zlib ]
}

@test "why names where the change stopped" {
	run "$kiln" -C "$tree" why curl -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"zlib was rebuilt and gave the same bytes"* ]]
}

@test "a changed constant in zlib rebuilds exactly zlib's users" {
	rm "$tree/patches/zlib/9999-test.patch"
	cat > "$tree/patches/zlib/9998-test.patch" <<-'END'
	From: the tests
	Why: to see what is rebuilt
	Status: never sent

	--- a/zutil.c
	+++ b/zutil.c
	@@ -13,7 +13,7 @@
	 
	 z_const char * const z_errmsg[10] = {
	     (z_const char *)"need dictionary",     /* Z_NEED_DICT       2  */
	-    (z_const char *)"stream end",          /* Z_STREAM_END      1  */
	+    (z_const char *)"stream is over",      /* Z_STREAM_END      1  */
	     (z_const char *)"",                    /* Z_OK              0  */
	     (z_const char *)"file error",          /* Z_ERRNO         (-1) */
	     (z_const char *)"stream error",        /* Z_STREAM_ERROR  (-2) */
	END
	run "$kiln" -C "$tree" why curl -t armv7
	[[ $output == *"9998-test.patch"* ]]
	run "$kiln" -C "$tree" build curl xz -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[ "$(built)" = "$(printf 'curl\nzlib')" ]
}

@test "a changed test runs again and builds nothing, also where the logs were thrown away" {
	"$kiln" -C "$tree" build zlib -t armv7
	sed -i 's/^test {/&\n\techo once more/' "$tree/recipes/packages/zlib"
	rm -rf "$top/out/log/armv7"
	run "$kiln" -C "$tree" build zlib -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"0 built, 4 reused, 0 failed, 0 skipped; tests: 1 passed"* ]]
}

@test "without the change everything is there again" {
	rm "$tree/patches/zlib/9998-test.patch"
	run "$kiln" -C "$tree" build curl -t armv7
	[ "$status" = 0 ]
	[ -z "$(built)" ]
}

@test "curl without its need for zlib fails its test, and never finds the host's" {
	sed -i 's/^need .*/need openssl/' "$tree/recipes/packages/curl"
	run "$kiln" -C "$tree" build curl -t armv7
	echo "$output"
	[ "$status" = 5 ] || [ "$status" = 1 ]
}
