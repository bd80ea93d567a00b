#!/bin/sh
# run.sh SUITE...: run test suites, fast ones first, and count.
#
# A suite is a word and what it stands for:
#	unit    every tests/unit/*.c as its own program (cmocka)
#	fuzz    the corpus of every tests/fuzz/fuzz_*.c
#	cases   tests/cases/*/*: a command, what it must print, its exit status
#	cli     tests/cli/*.bats: servers, signals, two processes
#	build   tests/build/*.bats: real builds, with tests on the target
#	full    tests/full/*.bats: what takes longer
# Each gives TAP, kept in out/check/; the closing line is
#	N passed, N failed, N skipped
# With STRICT=1 a skip counts as a failure.
#
# SPDX-License-Identifier: ISC
set -u
cd "$(dirname "$0")/.." || exit 7
out=${OUT:-out}
keep=$out/check
sanitize='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
mkdir -p "$keep"
rm -f "$keep"/*.tap

# As TAP lines that name their program.
named() {
	sed "s/^ok [0-9]* - /ok $1: /; s/^not ok [0-9]* - /not ok $1: /"
}

# Under the sanitizers, but for the one that puts itself between a program and libc.
unit() {
	mkdir -p "$out/asan"
	# The driver is static, which the sanitizers cannot be.
	cp "$out/kiln-cc" "$out/asan/"
	for c in tests/unit/test_*.c; do
		name=$(basename "$c" .c)
		into=$out/asan flags=$sanitize
		[ "$name" = test_store_faults ] && into=$out flags='-O2 -g'
		if ! make -s -j2 OUT="$into" CFLAGS="$flags" "$into/unit/$name"; then
			echo "not ok $name: compiles"
			continue
		fi
		CMOCKA_MESSAGE_OUTPUT=TAP "$into/unit/$name" >"$keep/one" 2>&1
		status=$?
		named "$name" <"$keep/one"
		[ $status = 0 ] || echo "not ok $name: ends with status 0, not $status"
	done
	rm -f "$keep/one"
}

# Every input that a fuzzer kept, once more.
fuzz() {
	for c in tests/fuzz/fuzz_*.c; do
		name=$(basename "$c" .c)
		corpus=tests/fuzz/corpus/${name#fuzz_}
		if make -s -j2 OUT="$out/asan" CFLAGS="$sanitize" "$out/asan/fuzz/$name" &&
			"$out/asan/fuzz/$name" "$corpus"/* >/dev/null; then
			echo "ok $name: its corpus"
		else
			echo "not ok $name: its corpus"
		fi
	done
}

run() {
	case $1 in
	unit | fuzz) "$1" ;;
	cases) tests/cases.sh ;;
	*) bats --tap "tests/$1" ;;
	esac
}

for suite in "$@"; do
	echo "== $suite"
	run "$suite" 2>&1 | tee "$keep/$suite.tap"
done

cat "$keep"/*.tap | awk -v strict="${STRICT:-0}" '
	/^(not )?ok .*# [Ss][Kk][Ii][Pp]/ { skipped++; print "skipped: " $0; next }
	/^ok / { passed++ }
	/^not ok / { failed++; print "failed: " $0 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed == 0 || (strict && skipped > 0)
	}'
