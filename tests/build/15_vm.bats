#!/usr/bin/env bats
# What devices of armv7 get, on a kernel of armv7. SPDX-License-Identifier: ISC

load helpers

# boots PROFILE: it comes to its end there, and nothing failed.
boots() {
	cd "$top"
	run tests/vm/check.sh armv7 "$1"
	echo "$output"
	[[ $output != 'skip armv7: qemu'* ]] || skip "${lines[0]}"
	[ "$status" = 0 ]
	[[ ${lines[-1]} =~ ^armv7:\ [0-9]{2,}\ ok,\ 0\ not\ ok, ]]
}

@test "every program of the smallest bundle starts, and a key opens a login" {
	boots minimal
}

@test "every program of the gateway starts, its tunnels carry, and a private network is let out" {
	boots vpn-gateway
	# Of what it has everything was tried.
	for name in wireguard-go openvpn nat66 curl dropbear; do
		[[ $output != *"skip armv7: $name"* ]]
		[[ $output != *"skip armv7: 4.14/$name"* ]]
	done
}
