#!/bin/sh
# verify.sh [--ignore-missing] KEY | --digests-only: is all this what the owner of KEY signed, or
# at least as SHA256SUMS says?
#
# KEY is a public key's file, or its line that starts with RW; have it from elsewhere, not from
# here.  This is a convenience where there is a shell and sha256sum.  Whoever changed the other
# files may have changed this one too: that its digest is listed helps those who ask kiln-verify,
# minisign or kiln themselves.
#
# SPDX-License-Identifier: ISC
set -eu
die() { # STATUS TEXT
	echo "verify.sh: $2" >&2
	exit "$1"
}

dir=$(dirname "$0") key='' missing='' signed=no
for word; do
	case $word in
	--digests-only) signed=unasked ;;
	--ignore-missing) missing=$word ;;
	-* | '') die 2 "unknown word $word" ;;
	*) key=$word ;;
	esac
done
[ "$key$signed" != no ] || die 2 "a public key is wanted, or --digests-only"
how=-P
[ ! -f "$key" ] || how=-p
if [ $signed = no ] && command -v kiln-verify > /dev/null; then
	exec kiln-verify $how "$key" ${missing:+"$missing"} "$dir/SHA256SUMS"
elif [ $signed = no ] && command -v minisign > /dev/null; then
	minisign -VH $how "$key" -m "$dir/SHA256SUMS" || exit 1
	signed=yes
fi
cd "$dir"
while read -r digest name || [ -n "$name" ]; do
	[ -n "$missing" ] && [ ! -e "$name" ] || printf '%s  %s\n' "$digest" "$name"
done < SHA256SUMS | sha256sum -c
[ $signed = yes ] || echo "verify.sh: who made it was not checked" >&2
[ $signed != no ] || die 1 "neither kiln-verify nor minisign is here; --digests-only goes without"
