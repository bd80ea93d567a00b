#!/usr/bin/env bats
# The style go, with a module of two programs and one that it asks for. SPDX-License-Identifier: ISC

load helpers

setup() {
	work=$(mktemp -d)
	mkdir -p "$work/recipes/packages" "$work/dist" "$work/greet/cmd/hello" "$work/greet/cmd/bye" \
		"$work/word/deep"
	echo 'As you like.' > "$work/greet/LICENCE"
	# One from before there were modules: it has no go.mod.
	printf 'package deep\n\nfunc Word() string { return "world" }\n' > "$work/word/deep/deep.go"
	# Another version is asked for than there is, and a module that nothing imports.
	cat > "$work/greet/go.mod" <<-'END'
	module example.org/greet

	go 1.21

	require example.org/word v0.9.0

	require example.org/never v1.0.0 // indirect
	END
	for program in hello bye; do
		cat > "$work/greet/cmd/$program/main.go" <<-END
		package main

		import (
			"os"

			"example.org/word/deep"
		)

		var version = "none"

		func main() { os.Stdout.WriteString("$program " + version + ", " + deep.Word() + "\n") }
		END
	done
}

teardown() {
	rm -rf "$work"
}

# source NAME [LINE...]: the folder of that name, packed and in the recipe.
source_of() {
	local name=$1 file=$1-1.tar.gz
	shift
	tar -C "$work" --owner=0 --group=0 -czf "$work/dist/$file" "$name"
	printf '%s\n' "source $file {" "	url https://example.org/$file" \
		"	sha256 $(sha256sum < "$work/dist/$file" | cut -d' ' -f1)" \
		"	size $(stat -c %s "$work/dist/$file")" "$@" '}'
}

# recipe [LINE...]
recipe() {
	{
		printf '%s\n' 'name greet' 'version 1' 'summary A project of the tests' \
			'home https://example.org/greet' 'licence 0BSD BSD-3-Clause' 'licence-file LICENCE'
		source_of greet
		printf '%s\n' 'waive elf-static-pie "Go links no static PIE without cgo"' 'style go' \
			'set GO_PROGRAMS "hello=./cmd/hello bye=./cmd/bye"' \
			'make -ldflags=-X=main.version=$version' "$@"
	} > "$work/recipes/packages/greet"
}

build() {
	run "$kiln" build greet -t armv7 --tree "$work" --distfiles "$work/dist" "$@"
	echo "$output"
}

@test "the programs of a module are built with the modules that the recipe brings, and run" {
	recipe "$(source_of word '	dir vendor/example.org/word')" \
		'set GO_MODULES example.org/word@v1.2.3' 'test {' \
		'	[ "$(run hello)" = "hello 1, world" ]' '	[ "$(run bye)" = "bye 1, world" ]' '}'
	build -o "$work/to"
	[ "$status" = 0 ]
	# A program says of itself what it is made of.
	grep -aE 'dep.example\.org/word.v1\.2\.3' "$work/to/usr/bin/hello" > /dev/null
	for verb in 'why greet go' 'why greet musl' 'size greet'; do
		# shellcheck disable=SC2086
		run "$kiln" $verb -t armv7 --tree "$work"
		echo "$output"
		[ "$status" = 0 ]
		[[ $output == *usr/bin/bye*'linked by Go'*' example.org/word v1.2.3 and the library of Go 1.'* ]]
	done
}

@test "a module that is not there is named, and is not asked for on the network" {
	recipe
	build
	[ "$status" = 1 ]
	[[ $output == *example.org/word* ]]
	[[ $output != *'dial tcp'* ]]
}

@test "what GO_MODULES says wrongly is told before anything is compiled" {
	word=$(source_of word '	dir vendor/example.org/word')
	recipe "$word" 'set GO_MODULES example.org/word@1.2.3'
	build
	[ "$status" = 1 ]
	[[ $output == *"GO_MODULES: 'example.org/word@1.2.3' is no PATH@VERSION with a version like v1.2.3"* ]]
	recipe "$word" 'set GO_MODULES example.org/words@v1.2.3'
	build
	[ "$status" = 1 ]
	[[ $output == *'GO_MODULES: no source of the recipe has `dir vendor/example.org/words`'* ]]
}
