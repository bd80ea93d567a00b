#!/usr/bin/env bats
# A machine that does not do what it should is no proof: tests/vm/boot.sh with an emulator that
# only says what one would. SPDX-License-Identifier: ISC

setup() {
	export work=$BATS_TEST_TMPDIR VM_LIMIT=20
	PATH=$work:$PATH
}

# emulator [STATUS]: it prints the lines that come here, and ends so.
emulator() {
	{
		echo '#!/bin/sh'
		echo "cat <<'END'"
		sed 's/$/\r/'
		echo END
		echo "exit ${1:-0}"
	} > "$work/qemu-system-arm"
	chmod +x "$work/qemu-system-arm"
}

# hanging LINE...: it prints them, and goes on for ever.
hanging() {
	printf '%s\n' "$@" | emulator
	sed -i 's/^exit 0$/exec sleep 600/' "$work/qemu-system-arm"
}

boot() {
	run "$BATS_TEST_DIRNAME/../vm/boot.sh" armv7 vmlinuz "$work/initramfs"
	echo "$output"
}

@test "a machine on which all went well" {
	emulator <<-'END'
	ok one
	skip two: the bundle has no two
	# a note
	ok 4.14/one
	done 2 0 1 6.1.0
	END
	boot
	[ "$status" = 0 ]
	[ "${lines[0]}" = 'skip armv7: two: the bundle has no two' ]
	[[ ${lines[1]} = 'armv7: 2 ok, 0 not ok, 1 skipped; Linux 6.1.0, '*' s' ]]
	[ "${#lines[@]}" = 2 ]
}

@test "a check that fails is shown with its notes" {
	emulator <<-'END'
	ok one
	# what it said
	not ok two: it broke: here
	done 1 1 0 6.1.0
	END
	boot
	[ "$status" = 1 ]
	[ "${lines[0]}" = 'not ok armv7: two: it broke: here' ]
	[ "${lines[1]}" = '# what it said' ]
}

@test "a kernel that panics" {
	emulator <<-'END'
	ok one
	[    4.2] Kernel panic - not syncing: Attempted to kill init!
	END
	boot
	[ "$status" = 1 ]
	[[ $output = *'not ok armv7: the kernel died: [    4.2] Kernel panic - not syncing'* ]]
}

@test "a kernel that breaks and goes on" {
	emulator <<-'END'
	ok one
	[    4.2] Internal error: Oops: 5 [#1] SMP ARM
	done 1 0 0 6.1.0
	END
	boot
	[ "$status" = 1 ]
	[[ $output = *'the kernel died: [    4.2] Internal error: Oops'* ]]
}

@test "a machine that hangs" {
	hanging 'ok one'
	VM_LIMIT=10 boot
	[ "$status" = 1 ]
	[[ $output = *'not ok armv7: not done after 10 s; the last line: ok one'* ]]
}

@test "a machine that says it is done and does not end" {
	hanging 'ok one' 'done 1 0 0 6.1.0'
	VM_LIMIT=10 boot
	[ "$status" = 1 ]
	[[ $output = *'not done after 10 s; the last line: done 1 0 0 6.1.0'* ]]
}

@test "a machine that ends without a closing line" {
	emulator <<-'END'
	ok one
	ok two
	END
	boot
	[ "$status" = 1 ]
	[[ $output = *'no closing line, the emulator ended with status 0; the last line: ok two'* ]]
}

@test "an emulator that does not start the machine" {
	emulator 1 <<-'END'
	qemu-system-arm: could not load kernel
	END
	boot
	[ "$status" = 1 ]
	[[ $output = *'ended with status 1; the last line: qemu-system-arm: could not load kernel'* ]]
}

@test "a closing line that does not agree with the others" {
	for line in 'done 3 0 0 6.1.0' 'done 2 1 0 6.1.0' 'done 2 0 1 6.1.0' 'done 2 0 0'; do
		printf 'ok one\nok two\n%s\n' "$line" | emulator
		boot
		[ "$status" = 1 ]
		[[ $output = *"does not agree with the lines before: $line"* ]]
	done
}

@test "what is said twice, or behind the closing line" {
	printf 'ok one\nok one\ndone 2 0 0 6.1.0\n' | emulator
	boot
	[ "$status" = 1 ]
	[[ $output = *'said twice: one'* ]]
	printf 'ok one\ndone 1 0 0 6.1.0\nok two\n' | emulator
	boot
	[ "$status" = 1 ]
	[[ $output = *'a line behind the closing one: ok two'* ]]
}

@test "a machine that tried nothing" {
	printf 'skip one: no one\ndone 0 0 1 6.1.0\n' | emulator
	boot
	[ "$status" = 1 ]
	[[ $output = *'nothing was tried'* ]]
}

@test "a target without an emulator is skipped, and says what is missing" {
	PATH=$work/none run "$(command -v sh)" "$BATS_TEST_DIRNAME/../vm/boot.sh" armv7
	echo "$output"
	[ "$status" = 77 ]
	[[ $output = *'skip armv7: qemu-system-arm is missing (Debian: qemu-system-arm; '* ]]
}
