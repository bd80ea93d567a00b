#!/usr/bin/env bats
# What devices get, on a kernel of each target. SPDX-License-Identifier: ISC

load ../build/helpers

@test "every bundle comes to its end on a kernel of each target" {
	cd "$top"
	STRICT=1 VM_LIMIT=600 run tests/vm/check.sh "armv7 aarch64 x86_64" "minimal vpn-gateway rescue"
	echo "$output"
	[ "$status" = 0 ]
	[ "$(grep -cE '^(armv7|aarch64|x86_64): [0-9]+ ok, 0 not ok, ' <<< "$output")" = 9 ]
}
