# helpers.bash - what the build tests share. SPDX-License-Identifier: ISC

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
kiln=$top/${OUT:-out}/kiln

# Where a suite's builds go: the checkout's own store may serve, it is keyed.
export KILN_PROGRESS=plain

# clone DIR: the tree and the programs of this checkout in another place.
clone() {
	mkdir -p "$1/out"
	cp -R "$top/recipes" "$top/patches" "$top/builder" "$top/include" "$top/GNUmakefile" \
		"$top/LICENSE" "$1/"
	cp "$kiln" "$kiln-fetch" "$kiln-cc" "$1/out/"
}

# seed DIR: give a clone what is expensive and not under test: distfiles and stages.
seed() {
	cp -R "$top/${OUT:-out}/distfiles" "$1/out/"
}

# digest_of CHECKOUT PACKAGE TARGET: the digest of the object that is there.
digest_of() {
	"$1/out/kiln" -C "$1" show "$2" -t "$3" | awk '$1 == "built" { print $2 }'
}
