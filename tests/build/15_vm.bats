#!/usr/bin/env bats
# The largest bundle of a gateway, on a kernel of armv7; tests/full has the others.
# SPDX-License-Identifier: ISC

load helpers

@test "every program of the gateway starts, its tunnels carry, and a private network is let out" {
	cd "$top"
	VM_LIMIT=600 run tests/vm/check.sh armv7 vpn-gateway
	echo "$output"
	[[ $output != *'skip armv7: qemu'* && $output != *'skip armv7: no place'* ]] || skip "${lines[-1]}"
	[ "$status" = 0 ]
	[[ ${lines[-1]} =~ ^armv7:\ [0-9]{3,}\ ok,\ 0\ not\ ok, ]]
	# Of what it has everything was tried.
	for name in wireguard-go openvpn nat66 curl dropbear; do
		[[ $output != *"skip armv7: $name"* ]]
		[[ $output != *"skip armv7: 4.14/$name"* ]]
	done
}
