#!/usr/bin/env bats
# Files packed into archives that every machine makes alike. SPDX-License-Identifier: ISC

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
fetch=$top/${OUT:-out}/kiln-fetch

setup() {
	work=$(mktemp -d)
	mkdir -p "$work/in"
	echo hello > "$work/in/hello"
	seq 10000 > "$work/in/numbers"
	{
		line 644 hello etc/hello
		printf 'link usr/bin/one\t../../etc/hello\n'
		line 755 numbers usr/bin/two
	} > "$work/list"
}

teardown() {
	rm -rf "$work"
}

line() { # MODE NAME PATH
	printf 'file %s %s %s %s\t%s\n' "$1" "$(stat -c %s "$work/in/$2")" \
		"$(sha256sum < "$work/in/$2" | cut -d' ' -f1)" "$3" "$work/in/$2"
}

pack() { # FORMAT
	"$fetch" pack --to "$work/$1" --format "$1" < "$work/list"
}

@test "the same files give the same bytes, whenever and whoever" {
	for format in tar tar.gz tar.zst cpio; do
		pack $format
		mv "$work/$format" "$work/first"
		touch -d 2001-01-01 "$work/in/hello"
		(umask 077 && TZ=Asia/Tokyo pack $format)
		cmp "$work/first" "$work/$format"
	done
}

@test "it answers what it wrote, and what that would be where nothing is written" {
	for format in tar tar.gz tar.zst cpio; do
		said=$(pack $format)
		[[ $said == "$(stat -c %s "$work/$format") $(sha256sum < "$work/$format" | cut -d' ' -f1) libarchive "* ]]
		[ "$said" = "$("$fetch" pack --format $format < "$work/list")" ]
	done
}

@test "zstd finds again what was megabytes before" {
	openssl enc -aes-128-ctr -K 0 -iv 0 -nosalt < /dev/zero 2> /dev/null | head -c 7000000 > "$work/in/noise"
	{
		line 755 noise bin/first
		line 755 noise bin/second
	} > "$work/list"
	pack tar.zst
	[ "$(stat -c %s "$work/tar.zst")" -lt 7100000 ]
	mkdir "$work/to"
	"$fetch" unpack --archive "$work/tar.zst" --to "$work/to" --strip 0
	cmp "$work/in/noise" "$work/to/bin/second"
}

@test "a full disk is said with the archive's name" {
	run "$fetch" pack --to /dev/full --format tar.gz < "$work/list"
	[ "$status" = 7 ]
	[[ $output == "write the archive /dev/full: write "*" bytes: No space left on device" ]]
}

@test "other programs unpack them to the same files" {
	mkdir "$work/gz" "$work/zst" "$work/newc"
	for format in tar tar.gz tar.zst cpio; do
		pack $format
	done
	tar -xzf "$work/tar.gz" -C "$work/gz"
	"$fetch" unpack --archive "$work/tar.zst" --to "$work/zst" --strip 0
	(cd "$work/newc" && gzip -dc "$work/cpio" | cpio -id --quiet)
	diff -r "$work/gz" "$work/zst"
	diff -r "$work/gz" "$work/newc"
	cmp "$work/gz/etc/hello" "$work/in/hello"
	cmp "$work/gz/usr/bin/two" "$work/in/numbers"
	[ -x "$work/gz/usr/bin/two" ]
	[ ! -x "$work/gz/etc/hello" ]
	[ "$(readlink "$work/gz/usr/bin/one")" = ../../etc/hello ]
	tar -tvzf "$work/tar.gz" | awk '$2 != "root/root" || $4 != "1980-01-01" { exit 1 }'
	gzip -dc "$work/tar.gz" | cmp - "$work/tar"
}

@test "a file that is not what the list says is no part of an archive" {
	echo hullo > "$work/in/hello"
	run pack tar.gz
	[ "$status" = 7 ]
	[[ $output == *"/in/hello: it is damaged: kiln verify --repair"* ]]
}

@test "a list that is wrong is refused with its line" {
	for text in 'file 644 6 x etc/a	/tmp/a' 'file 4755 1 '"$(printf a | sha256sum | cut -d' ' -f1)"' a	/a' \
		'link ../a	b' 'link a' 'dir a	b' 'link b	x
link a	x' 'link a	x
link a	x'; do
		printf '%s\n' "$text" > "$work/list"
		run pack tar
		echo "$output"
		[ "$status" = 2 ]
		[[ $output == *"pack: line "[12]" of the list is wrong"* ]]
	done
}
