#!/usr/bin/env bats
# One -j for everything. SPDX-License-Identifier: ISC

load helpers

# Which of these pids are compilers or linkers at work still.
still() {
	for p in "$@"; do
		read -r line < "/proc/$p/stat" || continue
		name=${line#*(}
		state=${line##*) }
		case ${name%%)*} in
		clang* | *lld*) case $state in Z* | X*) ;; *) echo "$p" ;; esac ;;
		esac
	done 2>/dev/null
}

# The compilers below a process, a word each. One that waits for the linker it started is
# one, not two.
compilers_below() {
	ps -eo pid=,ppid=,comm=,stat= | awk -v top="$1" '
		{ parent[$1] = $2 }
		($3 ~ /^clang/ || $3 ~ /lld/) && $4 !~ /Z/ { at[$1] = 1 }
		END {
			for (p in at)
				waits[parent[p]] = 1
			for (p in at) {
				for (q = p; q in parent && q != top; q = parent[q])
					;
				if (q == top && !(p in waits))
					print p
			}
		}'
}

# The most seen at once while a process lives. A listing takes a while, in which one may end
# and the next begin: only those count that are there still when the listing is done.
most_below() {
	most=0
	while kill -0 "$1" 2>/dev/null; do
		n=$(still $(compilers_below "$1") | wc -l)
		[ "$n" -gt "$most" ] && most=$n
		sleep 0.02
	done
	echo "$most"
}

# Some seconds after the first compiler was seen, however long the sources took.
kill_at_work() {
	for wait in {1..600}; do
		[ -z "$(compilers_below "$1")" ] || break
		sleep 0.2
	done
	sleep 6
	kill -9 "$1"
}

@test "never more running compilers than -j, also when killed and started again" {
	here=$BATS_TEST_TMPDIR/here
	clone "$here"
	seed "$here"
	"$here/out/kiln" -C "$here" build zlib bzip2 -t armv7 -j2 >/dev/null 2>&1 &
	first=$!
	kill_at_work "$first" &
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
