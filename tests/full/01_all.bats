#!/usr/bin/env bats
# Every recipe, for every target. SPDX-License-Identifier: ISC

load ../build/helpers

@test "every recipe builds for three targets, and every test passes or says why not" {
	run "$kiln" build --all -t armv7,aarch64,x86_64
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *", 0 failed, "*"tests: "*", 0 failed, "* ]]
}

@test "the second time nothing is built and nothing is tested" {
	run "$kiln" build --all -t armv7,aarch64,x86_64 -v
	[ "$status" = 0 ]
	[[ $output != *" built "* ]] || [[ $output == *$'\n'"0 built, "* ]]
}
