# kiln-fetch unpack: hostile archives, and honest ones.
# SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

load server

setup_file() {
	FETCH=$(out_path)/kiln-fetch
	export FETCH
	export MK="$BATS_FILE_TMPDIR/mkarchive"
	cc -std=c11 -D_GNU_SOURCE -O1 -o "$MK" "$BATS_TEST_DIRNAME/mkarchive.c" -larchive
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir to
	echo safe >outside
}

# mk MEMBER...: an archive, words of a member parted by "|"
mk() {
	local m v=()
	for m in "$@"; do v+=("${m//|/$'\t'}"); done
	"$MK" "${file:-a.tar}" "${v[@]}"
}

unpack() {
	run --separate-stderr "$FETCH" unpack --archive "${file:-a.tar}" --to to --strip 0 "$@"
}

# refused WORDS: exit 4, one line that names the archive and says WORDS
refused() {
	[ "$status" = 4 ] || { echo "status $status: $stderr"; return 1; }
	[ "$(printf '%s\n' "$stderr" | wc -l)" = 1 ]
	case $stderr in *"${file:-a.tar}"*"$1"*) ;; *) echo "$stderr"; return 1 ;; esac
	[ "$(cat outside)" = safe ]
	[ ! -e x ] && [ ! -e ../x ]
}

@test "a plain archive comes out with fixed modes, times and without its first part" {
	mk 'folder|p' 'file|p/run|x|755' 'file|p/secret|y|600' 'link|p/l|run' 'hard|p/h|p/run' 'file|p/d/e/f|z'
	run "$FETCH" unpack --archive a.tar --to to
	[ "$status" = 0 ]
	[ "$(cd to && find . | sort | tr '\n' ' ')" = '. ./d ./d/e ./d/e/f ./h ./l ./run ./secret ' ]
	[ "$(stat -c %a to/run to/secret to/d/e to/d/e/f | tr '\n' ' ')" = '755 644 755 644 ' ]
	[ "$(find to -printf '%T@\n' | sort -u)" = 315532800.0000000000 ]
	[ "$(readlink to/l)" = run ]
	[ to/h -ef to/run ]
}

@test "owners and set-id bits are dropped" {
	mk 'file|s|x|6755' 'folder|d|'
	unpack
	[ "$status" = 0 ]
	[ "$(stat -c '%a %u' to/s)" = "755 $(id -u)" ]
}

@test "a name with .. is refused" {
	mk 'file|../x|a'
	unpack
	refused 'is refused: ".." in its name'
}

@test "a name with .. that strip would take off is refused" {
	mk 'file|../x|a'
	unpack --strip 1
	refused 'is refused: ".." in its name'
}

@test "an absolute name is refused" {
	mk "file|$PWD/outside|evil"
	unpack
	refused 'an absolute name'
}

@test "a link out is refused: relative, absolute" {
	mk 'file|ok|a' 'link|d/l|../../outside'
	unpack
	refused 'a link that leads out of the folder'
	mk 'link|l|/etc/passwd'
	unpack
	refused 'a link to an absolute name'
}

@test "a link out by way of other links is refused" {
	mk 'folder|d|' 'folder|d/e|' 'link|d/e/up|../..' 'link|d/e/out|up/..'
	unpack
	refused 'leads out of the folder by way of others'
}

@test "a loop of links is harmless" {
	mk 'link|a|b' 'link|b|a' 'link|c|c/x'
	unpack
	[ "$status" = 0 ]
}

@test "nothing is written through a link, whichever comes first" {
	mk 'folder|d|' 'link|l|d' 'file|l/x|a'
	unpack
	refused 'a link stands in its way'
	mk 'link|l|d' 'folder|d|' 'file|l/x|a'
	unpack
	refused 'a link stands in its way'
	[ ! -e to/d/x ]
}

@test "a file over a link replaces the link" {
	mk 'file|d/real|old' 'link|l|d/real' 'file|l|new'
	unpack
	[ "$status" = 0 ]
	[ "$(cat to/d/real) $(cat to/l)" = 'old new' ]
	[ ! -L to/l ]
}

@test "a file in the way of a folder is refused" {
	mk 'file|f|x' 'file|f/g|y'
	unpack
	refused 'a file stands in its way'
}

@test "a hard link out, through a link, or to a link is refused" {
	mk 'hard|h|../outside'
	unpack
	refused 'a hard link that leads out of the folder'
	mk "hard|h|$PWD/outside"
	unpack
	refused 'a hard link that leads out of the folder'
	mk 'file|d/f|x' 'link|l|d' 'hard|h|l/f'
	unpack
	refused 'a link stands in its way'
	mk 'folder|d|' 'folder|d/e|' 'link|d/e/l|../..' 'hard|m|d/e/l'
	unpack
	refused 'a hard link to something that is not a file'
	mk 'hard|h|none'
	unpack
	refused 'a hard link to a member that is not there'
}

@test "a later member of a name replaces an earlier one, and its hard link keeps the bytes" {
	mk 'file|f|one' 'hard|h|f' 'file|f|two' 'link|f2|f' 'link|f2|h' 'file|g|1' 'folder|g|' 'file|g/x|2'
	unpack
	[ "$status" = 0 ]
	[ "$(cat to/f) $(cat to/h) $(readlink to/f2) $(cat to/g/x)" = 'two one h 2' ]
}

@test "a file over a folder is refused" {
	mk 'file|d/x|1' 'file|d|2'
	unpack
	refused 'an earlier member of that name is a folder'
}

@test "devices and FIFOs are refused" {
	for kind in block char fifo; do
		mk "$kind|d"
		unpack
		case $kind in fifo) refused 'is refused: a FIFO' ;; *) refused 'is refused: a device' ;; esac
		[ -z "$(ls to)" ]
	done
}

@test "control characters in a name are refused and not shown" {
	mk "file|a"$'\n'"b|x"
	unpack
	refused 'control characters in its name'
	mk "file|a"$'\033'"[2Jb|x"
	unpack
	refused 'control characters'
	case $stderr in *$'\033'*) false ;; esac
}

@test "the ceiling of entries holds, at its real height" {
	file=a.tar.gz mk 'many|f|400001'
	file=a.tar.gz unpack --only nothing
	file=a.tar.gz refused 'more members than are allowed'
	mk 'many|f|11'
	unpack --max-entries 10
	refused 'the archive has more members'
	unpack --max-entries 11
	[ "$status" = 0 ]
}

@test "a bomb stops at the ceiling of bytes, 20 GiB at its real height" {
	file=a.tar.gz mk 'zeros|big|104857600'
	file=a.tar.gz unpack --max-bytes 1048576
	file=a.tar.gz refused 'more bytes'
	[ "$(stat -c %s to/big)" -le 1048576 ]
	mk 'sparse|big|21474836480'
	unpack
	refused 'more bytes'
}

@test "what is passed over counts as well" {
	file=a.tar.gz mk 'zeros|big|104857600' 'file|x|y'
	file=a.tar.gz unpack --only x --max-bytes 1048576
	file=a.tar.gz refused 'the archive has more bytes than are allowed'
}

@test "many files together stop at the ceiling of bytes" {
	mk 'file|a|12345' 'file|b|12345' 'file|c|12345'
	unpack --max-bytes 14
	[ "$status" = 4 ]
}

@test "a hole comes out as a hole of the right size" {
	mk 'sparse|s|10485760'
	unpack
	[ "$status" = 0 ]
	[ "$(stat -c %s to/s)" = 10485760 ]
}

@test "folders nest 64 deep and no deeper" {
	d=$(printf 'd/%.0s' $(seq 63))
	mk "file|${d}x|y"
	unpack
	[ "$status" = 0 ]
	mk "file|d/${d}x|y"
	unpack
	refused 'nested deeper'
}

@test "a name of more than 4096 bytes is refused" {
	n=$(printf 'a%.0s' $(seq 200))
	mk "file|$(printf "$n/%.0s" $(seq 21))|x"
	unpack
	refused 'more than 4096 bytes'
}

@test "only what is asked for is unpacked, and the rest not looked at" {
	mk 'file|p/a/1|x' 'file|p/b/2|x' 'link|p/evil|/etc' 'file|../../x|x' 'file|p/ab|x' 'block|p/dev'
	unpack --strip 1 --only a --only ab
	[ "$status" = 0 ]
	[ "$(cd to && find . -type f | sort | tr '\n' ' ')" = './a/1 ./ab ' ]
}

@test "a path of only that is not there is the recipe's fault" {
	mk 'file|p/a/1|x'
	unpack --strip 1 --only a --only b
	[ "$status" = 3 ]
	[ "$stderr" = 'the archive a.tar has no b after strip 1, and `only` names it' ]
	unpack --strip 9
	[ "$status" = 3 ]
	[ "$stderr" = 'nothing is left of the archive a.tar after strip 9' ]
}

@test "a truncated or foreign file is an error, not half a tree in silence" {
	file=a.tar.xz mk 'zeros|a|100000' 'file|b|x'
	head -c 100 a.tar.xz >cut.tar.xz
	file=cut.tar.xz unpack
	[ "$status" = 4 ]
	case $stderr in 'read the archive cut.tar.xz: '*) ;; *) false ;; esac
	echo '<!DOCTYPE html><title>Login</title>' >page.tar
	file=page.tar unpack
	[ "$status" = 4 ]
	: >empty.tar
	file=empty.tar unpack
	[ "$status" != 0 ]
}

@test "other bytes than the digest says are not unpacked at all" {
	mk 'file|a|x'
	sum=$(sha256sum a.tar | cut -d' ' -f1)
	unpack --sha256 "$sum" --size "$(stat -c %s a.tar)"
	[ "$status" = 0 ]
	rm -r to/*
	mk 'file|a|y'
	unpack --sha256 "$sum" --size "$(stat -c %s a.tar)"
	refused 'other bytes than were declared'
	[ -z "$(ls to)" ]
}

@test "names that are UTF-8, or no known encoding, keep their bytes" {
	mk $'file|gr\xc3\xbc\xc3\x9f|x'
	unpack
	[ "$status" = 0 ]
	[ -e to/$'gr\xc3\xbc\xc3\x9f' ]
	touch $'latin\xfc' && tar cf a.tar --format=gnu $'latin\xfc' && rm $'latin\xfc'
	unpack
	[ "$status" = 0 ]
	[ -e to/$'latin\xfc' ]
}

@test "every compression and a Debian package are read" {
	mkdir p && echo x >p/f
	for z in gzip bzip2 xz zstd; do
		command -v "$z" >/dev/null || continue
		tar cf - p | "$z" -c >"p.tar.$z"
		rm -rf to/*
		file=p.tar.$z unpack
		[ "$status" = 0 ]
		[ "$(cat to/p/f)" = x ]
	done
	tar cf - ./p | xz -c >data.tar.xz
	echo 2.0 >debian-binary
	tar czf control.tar.gz p
	ar rc a.deb debian-binary control.tar.gz data.tar.xz
	rm -rf to/*
	file=a.deb unpack
	[ "$status" = 0 ]
	[ "$(cat to/p/f)" = x ]
	ar rc b.deb debian-binary
	file=b.deb unpack
	[ "$status" = 4 ]
	case $stderr in *'only Debian packages are understood') ;; *) false ;; esac
}

@test "the umask of the caller does not matter" {
	mk 'file|d/f|x|755'
	umask 077
	unpack
	[ "$status" = 0 ]
	[ "$(stat -c %a to/d to/d/f | tr '\n' ' ')" = '755 755 ' ]
}
