#!/usr/bin/env bats
# A bundle of real programs, as a device gets it. SPDX-License-Identifier: ISC

load helpers

setup_file() {
	export work
	work=$(mktemp -d)
	cp -R "$BATS_TEST_DIRNAME/bundle" "$work/tree"
	mkdir -p "$work/tree/recipes/bundles/tools.d/etc"
	echo 'set -o vi' > "$work/tree/recipes/bundles/tools.d/etc/profile"
	cat > "$work/tree/recipes/bundles/tools" <<-'END'
	name     tools
	summary  What the tests put on a device
	package  bzip2 {
		program bzip2 bunzip2
	}
	package  curl
	package  hollow
	package  wireguard-tools {
		program  wg
		optional its source is published at one place only
	}
	link     bin/fetch usr/bin/curl
	overlay  recipes/bundles/tools.d
	cap      12000000
	format   tar.gz tar.zst cpio oci
	END
	"$kiln" key new "$work/key" --no-passphrase > "$work/key.line" 2> /dev/null
}

teardown_file() {
	rm -rf "$work"
}

bundle() {
	run "$kiln" bundle tools --tree "$work/tree" -t armv7 --key "$work/key" "$@"
	echo "$output"
}

@test "a bundle has the programs, the links and the overlay, and says what it lacks" {
	bundle
	[ "$status" = 0 ]
	here=$(dirname "$("$kiln" bundle tools --tree "$work/tree" -t armv7 --key "$work/key" 2> /dev/null |
		awk '/tar.gz/ { print $1 }')")
	echo "$here" > "$work/here"
	mkdir "$work/root"
	tar -xzf "$here/tools-armv7.tar.gz" -C "$work/root"
	(cd "$work/root" && find . ! -type d | sort) > "$work/list"
	cat "$work/list"
	for file in bin/fetch etc/profile usr/bin/bzip2 usr/bin/bunzip2 usr/bin/curl; do
		grep -x "./$file" "$work/list"
	done
	[ ! -e "$work/root/usr/bin/bzip2recover" ]
	[ -x "$work/root/usr/bin/wg" ] ||
		grep -F '"left_out":[{"package":"wireguard-tools","reason":"its source is' "$here/tools-armv7.json"
}

@test "what is in it runs on the device" {
	echo hello > "$work/root/text"
	qemu-arm-static "$work/root/usr/bin/bzip2" < "$work/root/text" > "$work/root/text.bz2"
	qemu-arm-static "$work/root/usr/bin/bunzip2" < "$work/root/text.bz2" | cmp - "$work/root/text"
	qemu-arm-static "$work/root/bin/fetch" --version | grep '^curl '
}

@test "every archive of it holds the same, and the digest of the bare tar is told" {
	here=$(cat "$work/here")
	mkdir "$work/newc" "$work/zst"
	(cd "$work/newc" && gzip -dc "$here/tools-armv7.cpio.gz" | cpio -id --quiet)
	"$kiln-fetch" unpack --archive "$here/tools-armv7.tar.zst" --to "$work/zst" --strip 0
	rm "$work/root/text" "$work/root/text.bz2"
	diff -r "$work/root" "$work/newc"
	diff -r "$work/root" "$work/zst"
	tar="$(gzip -dc "$here/tools-armv7.tar.gz" | sha256sum | cut -d' ' -f1)"
	grep -F "\"tar\":{\"sha256\":\"$tar\"" "$here/tools-armv7.json"
}

@test "minisign and sha256sum verify it, and so does kiln" {
	here=$(cat "$work/here")
	cd "$here"
	minisign -Vqm SHA256SUMS -P "$(tail -n 1 "$work/key.line")"
	sha256sum -c SHA256SUMS
	"$kiln" bundle --verify SHA256SUMS --key "$work/key.pub"
	sh verify.sh "$work/key.pub"
}

@test "the script that goes with it needs a shell and sha256sum, and says what was not checked" {
	here=$(cat "$work/here")
	mkdir "$work/device" "$work/bin"
	cp "$here"/* "$work/device/"
	for name in sh sha256sum dirname; do
		ln -s "$(command -v busybox)" "$work/bin/$name"
	done
	cd "$work/device"
	PATH=$work/bin run sh verify.sh "$work/key.pub"
	echo "$output"
	[ "$status" = 1 ]
	[[ $output == *"who made it was not checked"*"--digests-only goes without"* ]]
	PATH=$work/bin sh verify.sh --digests-only
	echo >> tools-armv7.json
	if PATH=$work/bin sh verify.sh --digests-only; then false; fi
	if sh verify.sh "$work/key.pub"; then false; fi
}

# What a program of the bundle is linked from, in one of its documents.
linked_in_list() {
	jq -r --arg path "$1" '.programs[] | select(.path == $path) | .linked[].package // empty' \
		"$here/tools-armv7.json" | sort
}
linked_in_sbom() {
	jq -r --arg ref "file:$1" '.dependencies[] | select(.ref == $ref) | .dependsOn[]' \
		"$here/tools-armv7.cdx.json" | sed 's,^pkg:generic/,,; s,@.*,,' | sort
}

@test "its documents name what is linked into each program, and no need of which nothing is" {
	here=$(cat "$work/here")
	of_curl=$("$kiln" size curl -t armv7 --json |
		jq -r '.programs[] | select(.path == "usr/bin/curl") | .packages[].package // empty' | sort)
	echo "$of_curl" | grep -x openssl
	[ "$(linked_in_list usr/bin/curl)" = "$of_curl" ]
	[ "$(linked_in_sbom usr/bin/curl)" = "$of_curl" ]
	[ "$(linked_in_sbom usr/bin/hollow | grep -vx compiler-rt | paste -sd' ')" = 'bzip2 hollow musl' ]
	# Each is a component, whatever it is linked into, and nothing else is.
	jq -r '.components[] | select(.type != "file") | .name' "$here/tools-armv7.cdx.json" | sort > "$work/named"
	jq -r '.packages[].name' "$here/tools-armv7.json" | sort | cmp - "$work/named"
	grep -x zlib "$work/named"
	if grep -x linux-headers "$work/named"; then false; fi
}

@test "what its programs have is accounted for to 95 % or better" {
	here=$(cat "$work/here")
	jq -r '.programs[] | [.path, .loaded_bytes, .known_bytes] | @tsv' "$here/tools-armv7.json" > "$work/known"
	cat "$work/known"
	[ "$(wc -l < "$work/known")" -ge 3 ]
	awk '$3 > $2 || $3 < $2 * 0.95 { exit 1 }' "$work/known"
}

@test "the notice has each licence's text, and names the sources to offer" {
	here=$(cat "$work/here")
	notice=$here/tools-armv7.NOTICE.txt
	while read -r name; do
		grep "^$name [^ ]*: " "$notice"
	done < "$work/named"
	grep -F 'Permission to use, copy, modify, and distribute this software' "$notice"
	[ ! -e "$work/root/usr/bin/wg" ] || grep -A1 '^wireguard-tools ' "$notice" | grep -F '.tar.xz'
}

@test "legal collects the sources that the notice offers, with --all those of every package" {
	here=$(cat "$work/here")
	run "$kiln" legal tools --tree "$work/tree" -t armv7
	echo "$output"
	[[ $output != *"wireguard-tools: no-source"* ]] || skip "wireguard-tools was built, and its source is gone"
	[ "$status" = 0 ]
	out=${here%/bundle/tools}/legal/tools
	[ ! -e "$work/root/usr/bin/wg" ] || [ -e "$out"/wireguard-tools-*/wireguard-tools-*.tar.xz ]
	[ ! -e "$out/bzip2-1.0.8" ]
	"$kiln" legal tools --tree "$work/tree" -t armv7 --all
	(cd "$out" && sha256sum -c SHA256SUMS)
	while read -r name; do
		grep -x "name  *$name" "$out/$name"-*/recipe
	done < "$work/named"
	cmp "$out/hollow-1/patches/hollow.c" "$work/tree/patches/hollow/hollow.c"
	tar -tf "$out"/bzip2-1.0.8/bzip2-1.0.8.tar.gz | grep -x bzip2-1.0.8/bzlib.h
}

@test "its image names the platform and has the files" {
	here=$(cat "$work/here")
	image=oci-archive:$here/tools.oci.tar
	skopeo inspect --raw "$image" |
		jq -e '[.manifests[].platform] == [{ os: "linux", architecture: "arm", variant: "v7" }]'
	skopeo copy -q --override-arch arm --override-variant v7 "$image" "dir:$work/image"
	layer=$(jq -r '.layers[0].digest' "$work/image/manifest.json")
	cmp "$work/image/${layer#sha256:}" "$here/tools-armv7.tar.gz"
}

@test "at another time, with another umask and zone, it has the same bytes" {
	here=$(cat "$work/here")
	cp -R "$here" "$work/first"
	touch "$work/tree/recipes/bundles/tools.d/etc/profile"
	(umask 077 && TZ=Asia/Tokyo "$kiln" bundle tools --tree "$work/tree" -t armv7 --key "$work/key")
	diff -r "$work/first" "$here"
}

@test "a damaged object is packed into nothing, and the bundle before stays" {
	here=$(cat "$work/here")
	"$kiln" build hollow --tree "$work/tree" -t armv7
	program=$(readlink -f "$here/../../armv7/bin/hollow")
	cp -p "$program" "$work/hollow"
	chmod u+w "$program"
	printf '\377' | dd of="$program" bs=1 seek=$(($(stat -c %s "$program") / 2)) conv=notrunc status=none
	bundle
	cp -p "$work/hollow" "$program"
	[ "$status" = 7 ]
	[[ $output == *"hollow: it is damaged: kiln verify --repair moves such objects away"* ]]
	[ "$(grep -c damaged <<< "$output")" = 1 ]
	diff -r "$work/first" "$here"
	[ ! -e "$here/../.tmp/tools" ]
	[ ! -e "$here/../.tmp/tools.overlay" ]
}
