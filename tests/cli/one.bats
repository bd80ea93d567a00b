# kiln, kiln-fetch and kiln-cc in one file, alone in a folder. SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

load server

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../.." OUT="$(out_path)" one
	mkdir "$BATS_FILE_TMPDIR/alone"
	cp "$(out_path)/one/kiln" "$BATS_FILE_TMPDIR/alone/"
}

setup() {
	ALONE=$BATS_FILE_TMPDIR/alone
	KILN=$ALONE/kiln
	no_proxy_at_all
	cd "$BATS_TEST_TMPDIR"
	export KILN_OUT=$BATS_FILE_TMPDIR/out NO_COLOR=1
	unset KILN_DISTFILES
	mkdir -p tree dist in/sub
	cp -R "$BATS_TEST_DIRNAME/../../recipes" tree/
	rm tree/recipes/packages/*
	echo text >in/sub/file
	tar cf dist/sample-1.tar in
}

# put_recipe PLACE: the recipe of a package whose source is there.
put_recipe() {
	cat >tree/recipes/packages/sample <<END
name     sample
version  1
summary  A source to fetch
home     https://example.org/
licence  MIT
licence-file sub/file
part-of  sysroot
source sample-\$version.tar {
	url     $1
	sha256  $(sha256sum <dist/sample-1.tar | cut -d' ' -f1)
	size    $(stat -c %s dist/sample-1.tar)
}
phase install {
	mkdir -p "\$DESTDIR\$PREFIX/share/sample"
	cp sub/file "\$DESTDIR\$PREFIX/share/sample"
}
END
}

@test "one file is each program, by the name it is called" {
	run "$KILN" version
	[ "$status" = 0 ]
	[[ "$output" == "kiln "* ]]
	version=${output#kiln }
	ln -s "$KILN" kiln-cc
	ln -s "$KILN" kiln-fetch
	ln -s "$KILN" other
	run ./kiln-cc --version
	[ "$output" = "kiln-cc $version" ]
	run ./other version
	[ "$output" = "kiln $version" ]
	mkdir to
	run ./kiln-fetch unpack --archive dist/sample-1.tar --to to
	[ "$status" = 0 ]
	cmp in/sub/file to/sub/file
}

@test "with no companion beside it, it fetches by itself" {
	put_recipe http://127.0.0.1:1/sample.tar
	run "$KILN" -C tree fetch sample
	echo "$output"
	[ "$status" = 4 ]
	[[ "$output" == *"http://127.0.0.1:1/sample.tar: the host takes no connection"* ]]
}

@test "with no companion beside it, it unpacks by itself" {
	put_recipe http://127.0.0.1:1/sample.tar
	run "$KILN" -C tree build sample --distfiles "$PWD/dist" --progress plain
	echo "$output"
	[ "$status" = 0 ]
	cmp in/sub/file "$KILN_OUT"/store/*/data/usr/share/sample/file
}

@test "a companion that stands beside it is the one that is started" {
	put_recipe http://127.0.0.1:1/sample.tar
	mkdir beside
	cp "$KILN" beside/
	printf '#!/bin/sh\necho here I am >&2\nexit 4\n' >beside/kiln-fetch
	chmod +x beside/kiln-fetch
	export KILN_OUT=$PWD/out
	run beside/kiln -C tree build sample --distfiles "$PWD/dist" --progress plain
	echo "$output"
	[ "$status" = 4 ]
	[[ "$output" == *"here I am"* ]]
}

@test "doctor finds all programs in the one file" {
	run "$KILN" -C tree doctor
	[[ "$output" == *"ok   kiln-fetch"*"$KILN"* ]]
	[[ "$output" == *"ok   kiln-cc"*"$KILN"* ]]
}
