#!/bin/sh
# bench.sh: kiln beside others, in one run, as ratios of medians.
#
#	nothing-to-do   kiln build of what is built, beside ninja on 3,000 edges
#	start           kiln version, beside true
#
# SPDX-License-Identifier: ISC
set -eu
cd "$(dirname "$0")/.."
kiln=$(pwd)/${OUT:-out}/kiln
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# median N COMMAND...: milliseconds of the middle one of N runs.
median() {
	n=$1
	shift
	i=0
	while [ $i -lt "$n" ]; do
		a=$(date +%s%N)
		"$@" >/dev/null 2>&1
		b=$(date +%s%N)
		echo $(((b - a) / 1000))
		i=$((i + 1))
	done | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f\n", v[int((NR + 1) / 2)] / 1000 }'
}

ninja_graph() {
	awk 'BEGIN {
		print "rule cp\n command = cp $in $out"
		for (i = 0; i < 3000; i++)
			printf "build o%d: cp i%d\n", i, i
	}' >"$work/build.ninja"
	i=0
	while [ $i -lt 3000 ]; do
		: >"$work/i$i"
		i=$((i + 1))
	done
	ninja -C "$work" >/dev/null
}

"$kiln" build curl wireguard-tools -t armv7,aarch64,x86_64 >/dev/null 2>&1 || {
	echo "bench: build curl wireguard-tools for three targets first" >&2
	exit 1
}
"$kiln" build curl wireguard-tools -t armv7,aarch64,x86_64 >/dev/null 2>&1
ninja_graph
ours=$(median 21 "$kiln" build curl wireguard-tools -t armv7,aarch64,x86_64)
theirs=$(median 21 ninja -C "$work")
start=$(median 21 "$kiln" version)
nothing=$(median 21 true)
awk -v a="$ours" -v b="$theirs" -v c="$start" -v d="$nothing" 'BEGIN {
	printf "nothing to do: kiln %.2f ms, ninja (3,000 edges) %.2f ms, ratio %.2f\n", a, b, a / b
	printf "start: kiln version %.2f ms, true %.2f ms\n", c, d
}'
