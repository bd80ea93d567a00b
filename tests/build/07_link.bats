#!/usr/bin/env bats
# What is kept of a link, and what the judge makes of it. SPDX-License-Identifier: ISC

load helpers

setup_file() {
	export tree=$BATS_FILE_TMPDIR/tree KILN_OUT=$top/${OUT:-out}
	mkdir -p "$tree/recipes/packages"
}

# head NAME: the lines that every recipe here begins with.
head_of() {
	printf 'name %s\nversion 1\nsummary S\nhome https://example.org/\nlicence ISC\n' "$1"
	printf 'waive licence-missing "a test"\n'
}

# library NAME CODE: lib<NAME>.a with the one member <NAME>.o.
library() {
	{
		head_of "$1"
		printf 'phase install {\n\techo "%s" >%s.c\n\tcc -O2 -c %s.c\n' "$2" "$1" "$1"
		printf '\tmkdir -p "$DESTDIR/usr/lib"\n\tar rc "$DESTDIR/usr/lib/lib%s.a" %s.o\n}\n' "$1" "$1"
	} >"$tree/recipes/packages/$1"
}

# program NAME WORDS: a program of that name, linked with these words.
program() {
	{
		head_of "$1"
		printf 'need linkone linktwo\nphase install {\n'
		printf '\techo "int shared(void); int main(void) { return shared(); }" >main.c\n'
		printf '\tmkdir -p "$DESTDIR/usr/bin"\n\tcc -O2 -g main.c %s -o "$DESTDIR/usr/bin/%s"\n}\n' "$2" "$1"
	} >"$tree/recipes/packages/$1"
}

build() {
	run "$kiln" --tree "$tree" build "$@" -t x86_64
	echo "$output"
}

@test "one symbol of two packages is refused, and both owners are named" {
	library linkone 'int shared(void) { return 1; }'
	library linktwo 'int shared(void) { return 2; }'
	program linkboth '-llinkone -llinktwo'
	cd "$top"
	build linkboth
	[ "$status" = 5 ]
	[[ $output == *"link-duplicate: bin/usr/bin/linkboth: shared is linkone's, from /sysroot/usr/lib/liblinkone.a(linkone.o), and defined by linktwo's /sysroot/usr/lib/liblinktwo.a(linktwo.o) too"* ]]
}

@test "without one of the archives it is built, and why tells whose code it is" {
	program linkboth '-llinkone'
	cd "$top"
	build linkboth
	[ "$status" = 0 ]
	run "$kiln" --tree "$tree" why linkboth linkone -t x86_64
	echo "$output"
	[[ $output == *"linkboth -> linkone (link)"* ]]
	[[ $output == *"usr/bin/linkboth: 1 object of linkone, "* ]]
	[[ $output == *"liblinkone.a(linkone.o) for shared, which /tmp/main.o needs"* ]]
	run "$kiln" --tree "$tree" why linkboth linktwo -t x86_64
	[ "$status" = 0 ]
	[[ $output == *"needed by the recipe, but nothing of linktwo is in any program of linkboth"* ]]
}

@test "a waiver with a reason lets it pass" {
	program linkboth '-llinktwo -llinkone'
	sed -i 's/^need/waive link-duplicate "a test of the order"\nneed/' \
		"$tree/recipes/packages/linkboth"
	cd "$top"
	build linkboth
	[ "$status" = 0 ]
	run "$kiln" --tree "$tree" why linkboth linktwo -t x86_64
	[[ $output == *"usr/bin/linkboth: 1 object of linktwo, "* ]]
}

@test "two builds of one link leave the same map and the same record" {
	cd "$top"
	before=$("$kiln" --tree "$tree" show linkboth -t x86_64 | awk '$1 == "built" { print $2 }')
	[ -n "$before" ]
	build linkboth -f
	[ "$status" = 0 ]
	[ "$before" = "$("$kiln" --tree "$tree" show linkboth -t x86_64 | awk '$1 == "built" { print $2 }')" ]
	ls "$KILN_OUT/store/$before/map/"*.link
}
