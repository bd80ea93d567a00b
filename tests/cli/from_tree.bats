# from-tree: a package made of the recipe tree's own files. SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

load server

setup() {
	KILN=$(out_path)/kiln
	cd "$BATS_TEST_TMPDIR"
	export KILN_OUT=$BATS_FILE_TMPDIR/out NO_COLOR=1 KILN_PROGRESS=plain
	mkdir -p tree/lib/deep
	cp -R "$BATS_TEST_DIRNAME/../../recipes" tree/
	rm tree/recipes/packages/*
	cat >tree/recipes/packages/own <<'END'
name       own
version    1
summary    What stands in the tree
home       https://example.org/
licence    MIT
licence-file  lib/LICENCE
part-of    sysroot
from-tree  lib
phase install {
	mkdir -p "$DESTDIR$PREFIX/share"
	cp -R lib "$DESTDIR$PREFIX/share/own"
}
END
	echo MIT >tree/lib/LICENCE
	echo one >tree/lib/a
	echo two >tree/lib/deep/b
	sleep 0.1
	run "$KILN" -C tree build own
	echo "$output"
	[ "$status" = 0 ]
}

# Where the result stands now, "" when there is none with these bytes.
result() {
	"$KILN" -C tree show own | awk '$1 == "built" { print ENVIRON["KILN_OUT"] "/store/" $2 }'
}

build() {
	sleep 0.1
	run "$KILN" -C tree build own
	echo "$output"
	[ "$status" = 0 ]
}

# Build until there is nothing to do, which is said without a log of events.
settle() {
	build
	rm -f "$KILN_OUT/log/events.ndjson"
	build
	[ ! -e "$KILN_OUT/log/events.ndjson" ]
}

@test "the files stand in the package" {
	[ "$(cat "$(result)/data/usr/share/own/a")" = one ]
	[ "$(cat "$(result)/data/usr/share/own/deep/b")" = two ]
}

@test "nothing to do is said as long as no file changed" {
	settle
	touch tree/README
	build
	[ ! -e "$KILN_OUT/log/events.ndjson" ]
}

@test "a changed file, a new one, a removed one and one that may be run are seen at once" {
	before=$(result)
	settle
	echo three >tree/lib/deep/b
	build
	[ "$(cat "$(result)/data/usr/share/own/deep/b")" = three ]
	[ "$(result)" != "$before" ]
	settle
	echo new >tree/lib/deep/c
	build
	[ -e "$(result)/data/usr/share/own/deep/c" ]
	settle
	rm tree/lib/deep/c
	build
	[ ! -e "$(result)/data/usr/share/own/deep/c" ]
	settle
	chmod +x tree/lib/a
	build
	[ -x "$(result)/data/usr/share/own/a" ]
}

@test "why names what changed" {
	echo three >tree/lib/deep/b
	run "$KILN" -C tree why own
	echo "$output"
	[[ "$output" == *"from-tree lib"* ]]
}

@test "a link that leads out is refused, with its line" {
	ln -s /etc/passwd tree/lib/deep/link
	run "$KILN" -C tree build own
	echo "$output"
	[ "$status" = 3 ]
	[[ "$output" == *"recipes/packages/own:8:12: "*"lib/deep/link: it is a link to /etc/passwd, which leads out of the folder"* ]]
}

@test "a tree of recipes alone can be read, and says what it lacks" {
	rm -r tree/lib
	"$KILN" -C tree list | grep own
	run "$KILN" -C tree lint own
	[[ "$output" == *"recipes/packages/own:8:12: "*"is not in the tree"* ]]
	run "$KILN" -C tree build own
	echo "$output"
	[ "$status" = 4 ]
	[[ "$output" == *"no-source: lib: not in the tree that the recipe is from"* ]]
	run "$KILN" -C tree build --all
	echo "$output"
	[ "$status" = 0 ]
}
