#!/usr/bin/env bats
# A bundle on a device, whose shell is here and is cut off at will. SPDX-License-Identifier: ISC

load ../device

setup_file() {
	export top kiln work
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	kiln=$top/${OUT:-out}/kiln
	work=$(mktemp -d)
	export KILN_OUT=$work/out
	device_tree "$work/tree" <<-'END'
	ln -s tool "$DESTDIR/usr/bin/the same tool"
	END
	# ssh that is the device: it runs the command with what busybox has and no more, and ends in
	# the middle of it when told so. The shell is another one: that of busybox takes its own tar
	# where a test has put something in its place.
	mkdir "$work/device" "$work/bin"
	for name in tar gzip sha256sum readlink mv ln mkdir rm df uname sync; do
		ln -s "$(command -v busybox)" "$work/bin/$name"
	done
	ln -s "$(command -v dash)" "$work/bin/sh"
	cat > "$work/ssh" <<-'END'
	#!/bin/sh
	echo x >> "$work/calls"
	[ "$1" = board ] || exit 255
	export PATH=$work/bin
	if [ "$(/usr/bin/wc -l < "$work/calls")" = "${cut_at-}" ]; then
		case ${cut_how-} in
		before) exit 255 ;;
		after) sh -c "$2"; exit 255 ;;
		middle)
			/usr/bin/head -c 200 | sh -c "$2"
			exit 255
			;;
		esac
	fi
	exec sh -c "$2"
	END
	chmod +x "$work/ssh"
	machine=$(uname -m)
	printf 'x86_64\n' > "$work/target"
	[ "$machine" = x86_64 ] || echo aarch64 > "$work/target"
	export KILN_SSH=$work/ssh
}

teardown_file() {
	rm -rf "$work"
}

setup() {
	: > "$work/calls"
	unset cut_at cut_how
	target=$(cat "$work/target")
	at=board:$work/device/box
}

# What the device would run.
now() {
	cat "$work/device/box/current/bin/sh"
}

make_version() {
	echo "version $1" > "$work/tree/patches/tool/says"
	"$kiln" -C "$top" --tree "$work/tree" -q bundle box -t "$target" > /dev/null
}

deploy() {
	"$kiln" -C "$top" --tree "$work/tree" deploy box "$at" -t "$target" "$@"
}

@test "a first version, a second one, and back" {
	make_version 1
	deploy
	[ "$(now)" = 'version 1' ]
	make_version 2
	deploy | grep -F -- --rollback
	[ "$(now)" = 'version 2' ]
	deploy --rollback
	[ "$(now)" = 'version 1' ]
	deploy --rollback
	[ "$(now)" = 'version 2' ]
}

@test "the shell of busybox does it as well" {
	ln -sf "$(command -v busybox)" "$work/bin/sh"
	make_version 3
	deploy
	[ "$(now)" = 'version 3' ]
	deploy --rollback
	ln -sf "$(command -v dash)" "$work/bin/sh"
	[ "$(now)" = 'version 2' ]
}

@test "the same again sends nothing and is checked" {
	make_version 2
	deploy
	[ "$(now)" = 'version 2' ]
	[ "$(ls "$work/device/box/versions" | wc -l)" = 2 ]
	# An older one that is gone from there is not what one can go back to.
	make_version 4
	deploy
	[ "$(ls "$work/device/box/versions" | wc -l)" = 2 ]
	deploy --rollback
	[ "$(now)" = 'version 2' ]
	deploy --rollback
}

@test "cut off before, within or after each step, the device has a version whole" {
	make_version 5
	deploy
	steps=$(wc -l < "$work/calls")
	[ "$steps" -ge 7 ]
	n=5
	for how in before middle after; do
		for step in $(seq "$steps"); do
			n=$((n + 1))
			make_version $n
			: > "$work/calls"
			if cut_at=$step cut_how=$how deploy 2> "$work/err"; then
				echo "$how $step was not cut"
				false
			fi
			echo "$how $step: $(cat "$work/err")"
			case $(now) in
			"version $((n - 1))") ;;
			"version $n") ;;
			*) false ;;
			esac
			: > "$work/calls"
			deploy
			[ "$(now)" = "version $n" ]
		done
	done
}

@test "what arrives damaged is never used" {
	make_version 100
	deploy
	make_version 101
	mkdir "$work/real"
	mv "$work/bin/gzip" "$work/real/gzip"
	printf '#!/bin/sh\n%s "$@" | /usr/bin/tr 1 2\n' "$work/real/gzip" > "$work/bin/gzip"
	chmod +x "$work/bin/gzip"
	run deploy
	mv "$work/real/gzip" "$work/bin/gzip"
	rmdir "$work/real"
	echo "$output"
	[ "$status" -ne 0 ]
	[ "$(now)" = 'version 100' ]
	deploy
	[ "$(now)" = 'version 101' ]
}

@test "a version that was changed on the device is not taken for the one that was sent" {
	echo 'somebody was here' > "$work/device/box/current/usr/bin/tool"
	run deploy
	echo "$output"
	[ "$status" = 5 ]
	[[ $output == *"is on board already, and was changed there (usr/bin/tool: FAILED)"* ]]
	make_version 102
	deploy
	make_version 101
	[ "$(now)" = 'version 102' ]
	rm -rf "$work/device/box/versions/"*.part "$work/device/box/$(readlink "$work/device/box/previous")"
	deploy
	[ "$(now)" = 'version 101' ]
}

@test "a device that lacks tar, is full, or is another machine gets nothing" {
	mv "$work/bin/tar" "$work/tar"
	run deploy
	mv "$work/tar" "$work/bin/tar"
	[ "$status" = 7 ]
	[[ $output == *"has no program tar"* ]]
	mv "$work/bin/df" "$work/df"
	make_version 200
	printf '#!/bin/sh\necho head\necho /dev/root 100 90 10 90%% /\n' > "$work/bin/df"
	chmod +x "$work/bin/df"
	run deploy
	mv "$work/df" "$work/bin/df"
	echo "$output"
	[ "$status" = 7 ]
	[[ $output == *"10.0 KiB free"*"nothing was sent"* ]]
	"$kiln" -C "$top" --tree "$work/tree" -q bundle box -t armv7 > /dev/null
	run "$kiln" -C "$top" --tree "$work/tree" deploy box "$at" -t armv7
	echo "$output"
	[ "$status" = 2 ] || [ "$(uname -m)" = aarch64 ]
	[ "$(now)" = 'version 101' ]
}

@test "a bundle of other targets says which are gone with the one before" {
	make_version 200
	"$kiln" -C "$top" --tree "$work/tree" -q bundle box -t armv7 > /dev/null
	run "$kiln" -C "$top" --tree "$work/tree" -q bundle box -t armv7
	echo "$output"
	[[ $output != *gone* ]]
	run "$kiln" -C "$top" --tree "$work/tree" -q bundle box -t aarch64
	echo "$output"
	[[ $output == *"gone with the bundle before: armv7; -t aarch64,armv7 makes all in one"* ]]
	run "$kiln" -C "$top" --tree "$work/tree" -q bundle box -t aarch64,armv7
	echo "$output"
	[[ $output != *gone* ]]
}

@test "a dry run prints every command and runs none" {
	make_version 300
	run deploy --dry-run
	echo "$output"
	[ "$status" = 0 ]
	[ "${#lines[@]}" -ge 7 ]
	[ ! -s "$work/calls" ]
	[[ $output == *"tar -xpf -'"*"tar.gz"* ]]
}

@test "hosts and folders that a shell would take for something else are refused" {
	for at in '-oProxyCommand=x' 'board:/opt/$(id)' "board:/o'x" 'board:/' 'board:../x' '' 'a b' 'board:/opt/a b'; do
		run deploy
		echo "$at: $output"
		[ "$status" = 2 ]
	done
	[ ! -s "$work/calls" ]
}

@test "without a bundle it says how to make one" {
	printf 'name other\nsummary S\npackage tool\nformat tar.gz\n' > "$work/tree/recipes/bundles/other"
	run "$kiln" -C "$top" --tree "$work/tree" deploy other "$at" -t "$target"
	[ "$status" = 2 ]
	[[ $output == *"kiln bundle other -t $target makes it"* ]]
}
