#!/usr/bin/env bats
# The bundles that kiln brings, for every target. SPDX-License-Identifier: ISC

load ../build/helpers

setup_file() {
	export KILN_OUT=${KILN_OUT:-$top/${OUT:-out}}
	export targets='armv7 aarch64 x86_64' profiles='minimal vpn-gateway rescue'
}

# linked_in_sbom SBOM PROGRAM: packages that the bill of materials has the program depend on.
linked_in_sbom() {
	jq -r --arg ref "file:$2" '(.components | map({ (."bom-ref"): .name }) | add) as $name |
		.dependencies[] | select(.ref == $ref) | .dependsOn[] | $name[.]' "$1" | sort
}

# linked_in_maps PACKAGE TARGET PATH [OPTION...]: those that the linker took something of.
linked_in_maps() {
	package=$1 target=$2 path=$3
	shift 3
	"$kiln" size "$package" -t "$target" --json "$@" |
		jq -r --arg path "$path" '.programs[] | select(.path == $path) | .packages[].package // empty' | sort
}

@test "each is made for each target, in all its forms" {
	for profile in $profiles; do
		run "$kiln" bundle "$profile" -t "${targets// /,}" --format tar.gz,tar.zst,cpio,oci
		echo "$output"
		[ "$status" = 0 ]
		for target in $targets; do
			for suffix in tar.gz tar.zst cpio.gz json cdx.json NOTICE.txt; do
				[ -s "$KILN_OUT/bundle/$profile/$profile-$target.$suffix" ]
			done
		done
		(cd "$KILN_OUT/bundle/$profile" && sha256sum --quiet -c SHA256SUMS)
	done
}

@test "what is linked into a program is what its document says, and no more" {
	for target in $targets; do
		while read -r profile package path options; do
			sbom=$KILN_OUT/bundle/$profile/$profile-$target.cdx.json
			linked_in_maps "$package" "$target" "$path" $options > "$BATS_TEST_TMPDIR/maps"
			[ -s "$BATS_TEST_TMPDIR/maps" ]
			linked_in_sbom "$sbom" "$path" | diff "$BATS_TEST_TMPDIR/maps" -
		done <<-'END'
		vpn-gateway curl usr/bin/curl
		vpn-gateway openvpn usr/sbin/openvpn
		vpn-gateway dropbear usr/bin/dropbearmulti --option multi
		rescue libarchive usr/bin/bsdtar
		END
	done
}

@test "of what the linker of kiln's driver made, 95 % or more has an owner" {
	for profile in $profiles; do
		for target in $targets; do
			jq -r '.programs[] | select(.linked) | [.path, .loaded_bytes, .known_bytes] | @tsv' \
				"$KILN_OUT/bundle/$profile/$profile-$target.json" > "$BATS_TEST_TMPDIR/known"
			[ -s "$BATS_TEST_TMPDIR/known" ]
			awk '$3 > $2 || $3 < $2 * 0.95 { print; bad = 1 } END { exit bad }' "$BATS_TEST_TMPDIR/known"
		done
	done
}

@test "Go's program says which modules are in it, and the document has them" {
	for target in $targets; do
		linked_in_sbom "$KILN_OUT/bundle/vpn-gateway/vpn-gateway-$target.cdx.json" usr/bin/wireguard-go |
			diff - <(printf '%s\n' golang.org/x/crypto golang.org/x/net golang.org/x/sys std wireguard-go)
	done
}
