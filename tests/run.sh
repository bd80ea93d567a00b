#!/bin/sh
# run.sh SUITE...: run test suites, fast ones first, and count.
#
# A suite is a word and what it stands for:
#	unit    every tests/unit/*.c as its own program (cmocka)
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
keep=${OUT:-out}/check
mkdir -p "$keep"
rm -f "$keep"/*.tap

unit() {
	for c in tests/unit/test_*.c; do
		name=$(basename "$c" .c)
		make -s -j2 "${OUT:+OUT=$OUT}" "${OUT:-out}/unit/$name" || { echo "not ok $name does not compile"; continue; }
		CMOCKA_MESSAGE_OUTPUT=TAP "${OUT:-out}/unit/$name" 2>&1 | sed "s/^ok [0-9]* - /ok $name: /; s/^not ok [0-9]* - /not ok $name: /"
		[ $? = 0 ] || echo "not ok $name ended early"
	done
}

run() {
	case $1 in
	unit) unit ;;
	cases) tests/cases.sh ;;
	*) bats --tap "tests/$1" ;;
	esac
}

for suite in "$@"; do
	echo "== $suite"
	run "$suite" 2>&1 | tee "$keep/$suite.tap"
done

cat "$keep"/*.tap | awk -v strict="${STRICT:-0}" '
	/^ok / { if (/# [Ss][Kk][Ii][Pp]/) skipped++; else passed++ }
	/^not ok / { failed++; print "failed: " $0 }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed > 0 || passed == 0 || (strict && skipped > 0)
	}'
