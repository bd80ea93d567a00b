#!/bin/sh
# cases.sh [--accept] [AREA/NAME...]: cases as data, as TAP.
#
# tests/cases/AREA/NAME/ holds cmd (shell, run in a copy of the folder, with kiln in
# PATH), want.out, want.err and status (0 when it is not there).  --accept writes
# what came out as what is wanted: read the difference before committing it.
#
# SPDX-License-Identifier: ISC
set -u
cd "$(dirname "$0")/.." || exit 7
top=$(pwd)
PATH=$top/${OUT:-out}:$PATH
export PATH top
accept=0
[ "${1:-}" = --accept ] && { accept=1; shift; }
[ $# = 0 ] && set -- $(cd tests/cases && find . -type f -name cmd | sort | sed 's|^\./||; s|/cmd$||')

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0
for case in "$@"; do
	n=$((n + 1))
	from=tests/cases/$case
	rm -rf "$work/case"
	cp -R "$from" "$work/case"
	(cd "$work/case" && KILN_OUT="$work/case/out" NO_COLOR=1 sh -u ./cmd >got.out 2>got.err </dev/null; echo $? >got.status)
	sed "s|$work/case|CASE|g" "$work/case/got.out" >"$work/out"
	sed "s|$work/case|CASE|g" "$work/case/got.err" >"$work/err"
	if [ $accept = 1 ]; then
		cp "$work/out" "$from/want.out"
		cp "$work/err" "$from/want.err"
		cp "$work/case/got.status" "$from/status"
	fi
	ok=1
	for f in out err; do
		[ -e "$from/want.$f" ] || : >"$work/none"
		want=$from/want.$f
		[ -e "$want" ] || want=$work/none
		diff -u "$want" "$work/$f" >"$work/diff.$f" || ok=0
	done
	[ "$(cat "$from/status" 2>/dev/null || echo 0)" = "$(cat "$work/case/got.status")" ] || ok=0
	if [ $ok = 1 ]; then
		echo "ok $n $case"
	else
		echo "not ok $n $case (status $(cat "$work/case/got.status"))"
		sed 's/^/# /' "$work/diff.out" "$work/diff.err"
	fi
done
