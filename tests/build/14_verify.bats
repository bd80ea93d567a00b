#!/usr/bin/env bats
# Forgeries, and who takes them: kiln, kiln-verify (of two machines) and Debian's minisign, which
# reads the list alone, so that sha256sum goes with it. SPDX-License-Identifier: ISC

load helpers

setup_file() {
	export work native armv7
	work=$(mktemp -d)
	make -s -C "$top" SETUP= OUT="${OUT:-out}" "${OUT:-out}/unit/forge"
	"$top/${OUT:-out}/unit/forge" "$work"
	"$kiln" build kiln-verify -t x86_64,armv7 -o "$work/built" > "$work/log" 2>&1 || cat "$work/log"
	native=$work/built/x86_64/usr/bin/kiln-verify
	armv7=$work/built/armv7/usr/bin/kiln-verify
}

teardown_file() {
	rm -rf "$work"
}

# refused FORGERY WHY: by kiln and by kiln-verify, in one sentence that says so.
refused() {
	dir=$work/$1
	run "$kiln" bundle --verify "$dir/SHA256SUMS" --key "$dir/key.pub"
	echo "$output"
	[ "$status" != 0 ]
	echo "$output" | grep -qE "$2"
	for program in "$native" "qemu-arm-static $armv7"; do
		run $program -p "$dir/key.pub" "$dir/SHA256SUMS"
		echo "$output"
		[ "$status" = 1 ]
		[ "${#lines[@]}" = 1 ]
		echo "$output" | grep -qE "^kiln-verify: .*($2)"
	done
}

minisign_takes() {
	cd "$work/$1"
	minisign -Vqm SHA256SUMS -p key.pub && sha256sum -c SHA256SUMS
}

# forged FORGERY WHY: no one takes it.
forged() {
	refused "$1" "$2"
	if minisign_takes "$1"; then
		echo "minisign takes it"
		return 1
	fi
}

# but_minisign_takes FORGERY WHY: it is refused here, and there it is not.
but_minisign_takes() {
	refused "$1" "$2"
	minisign_takes "$1"
}

not_signed='not the (file|one) that was signed'
changed='trusted comment was changed, or is by another key'
no_list='line 1 of SHA256SUMS is not a digest, two blanks and a file'

@test "what was signed is taken by all, and its trusted comment is shown" {
	dir=$work/signed
	"$kiln" bundle --verify "$dir/SHA256SUMS" --key "$dir/key.pub" > "$work/kiln.says"
	for program in "$native" "qemu-arm-static $armv7"; do
		$program -p "$dir/key.pub" "$dir/SHA256SUMS" | diff "$work/kiln.says" -
	done
	printf '2 files as signed by key 61A254A1DF31FE21\nbundle\tof forge\n' | diff - "$work/kiln.says"
	minisign_takes signed
}

@test "a bit flipped in a file" { forged file_bit "$not_signed"; }
@test "a byte appended to a file" { forged file_longer "$not_signed"; }
@test "a byte cut off a file" { forged file_shorter "$not_signed"; }
@test "two files that changed places" { forged files_swapped "$not_signed"; }

@test "a bit flipped in the list" { forged list_bit "$not_signed"; }
@test "a list of another file" { forged list_of_other_file "$not_signed"; }
@test "names that changed places in the list" { forged list_names_swapped "$not_signed"; }
@test "lines appended to the list" { forged list_longer "$not_signed"; }
@test "a list with CRLF" { forged list_crlf "$not_signed"; }
@test "an empty list" { forged list_empty "$not_signed"; }

@test "a signed list that leads out; minisign takes it" { but_minisign_takes list_leads_out "$no_list"; }
@test "a signed list of a hidden file; minisign takes it" { but_minisign_takes list_hidden "$no_list"; }
@test "a signed list with an escape in a name; minisign takes it" { but_minisign_takes list_control "$no_list"; }
@test "a signed list with CRLF; minisign takes it" { but_minisign_takes list_signed_crlf "$no_list"; }
@test "a signed list of nothing" { forged list_signed_empty "no line for any file|names no file"; }

@test "a bit flipped in the signature's R" { forged signature_bit "$changed"; }
@test "a bit flipped in the signature's S" { forged signature_s_bit "$changed"; }
@test "a bit flipped in the global signature" { forged global_bit "$changed"; }
@test "a bit flipped in the trusted comment" { forged comment_changed "$changed"; }
@test "a trusted comment made longer" { forged comment_longer "$changed"; }
@test "a bit flipped in the key number" { forged number_bit 'is by key [0-9A-F]{16}, and [0-9A-F]{16} is expected'; }
@test "a signature by another key" { forged by_other_key 'is by key [0-9A-F]{16}, and [0-9A-F]{16} is expected'; }
@test "a signature by another key with our number" { forged by_other_key_with_our_number "$changed"; }
@test "a signature of another file" { forged of_another_file "$not_signed"; }
@test "R and S that changed places" { forged halves_swapped "$changed"; }
@test "signature and global signature that changed places" { forged signatures_swapped "$changed"; }
@test "a signature of zeros" { forged zero_signature "$changed"; }
@test "S + L, which satisfies the same equation as S" { forged s_not_reduced "$changed"; }
@test "a public key for which anybody can sign" { forged weak_key "$changed"; }
@test "the same key in another form" { forged weak_key_not_reduced "$changed"; }
@test "a public key and a signature of zeros" { forged zero_key "$changed"; }

@test "the old kind, of the bytes themselves; minisign takes it" {
	but_minisign_takes legacy 'of a kind that is not taken|signs the file and not its digest'
}

@test "... and not when it is told -H, as verify.sh tells it" {
	cd "$work/legacy"
	if minisign -VHqm SHA256SUMS -p key.pub; then false; fi
}

@test "a signature of the digest that calls itself one of the old kind" {
	forged legacy_by_name 'of a kind that is not taken|signs the file and not its digest'
}

@test "a signature of no known kind" { forged unknown_kind 'second line'; }
@test "a signed comment with an escape; minisign takes it" { but_minisign_takes control_in_comment 'trusted comment: '; }
@test "a signed comment of 3000 bytes; minisign takes it" { but_minisign_takes endless_comment 'trusted comment: '; }

@test "no signature" { forged no_signature 'SHA256SUMS.minisig: No such file'; }
@test "an empty signature" { forged empty 'no (first )?line "untrusted comment: '; }
@test "a signature cut in its first line" { forged cut_in_first_line 'no (first )?line "untrusted comment: '; }
@test "a signature cut behind its first line" { forged cut_behind_first_line 'second line|after its first line'; }
@test "a signature cut in its second line" { forged cut_in_second_line 'second line'; }
@test "a signature cut behind its second line" { forged cut_behind_second_line 'no (third )?line "trusted comment: '; }
@test "a signature cut behind its third line" { forged cut_behind_third_line 'fourth line'; }
@test "a signature cut in its fourth line" { forged cut_in_fourth_line 'fourth line'; }
@test "a signature of four megabytes; minisign takes it" { but_minisign_takes huge '4096 bytes'; }
@test "a fifth line; minisign takes it" { but_minisign_takes fifth_line 'more than four lines'; }
@test "a signature twice; minisign takes it" { but_minisign_takes twice 'more than four lines'; }
@test "a signature with CRLF; minisign takes it" { but_minisign_takes crlf 'untrusted comment: '; }

@test "text behind a carriage return in the trusted comment; minisign takes it, cut off" {
	but_minisign_takes carriage_return_in_comment 'trusted comment: '
}

@test "a NUL in the trusted comment" { forged nul_in_comment 'trusted comment: '; }
@test "what is not base64" { forged garbage 'second line'; }
@test "base64 with a blank" { forged blank_in_base64 'second line'; }
@test "base64 without its end" { forged no_padding 'fourth line'; }
@test "base64 with bits that stand for nothing; minisign takes it" { but_minisign_takes unused_bits 'fourth line'; }
@test "another first line" { forged other_first_line 'no (first )?line "untrusted comment: '; }

@test "no byte of a signature may be another one, or be missing, for kiln-verify" {
	mkdir "$work/bytes"
	cp "$work"/signed/* "$work/bytes"
	cd "$work/bytes"
	python3 - "$native" <<-'END'
	import subprocess, sys
	whole = open("SHA256SUMS.minisig", "rb").read()
	free = range(len("untrusted comment: "), whole.index(b"\n"))
	def taken(text):
	    open("SHA256SUMS.minisig", "wb").write(text)
	    return subprocess.run([sys.argv[1], "-p", "key.pub"], capture_output=True).returncode == 0
	assert taken(whole)
	for i in range(len(whole)):
	    for bit in (1, 32, 128):
	        if i not in free:
	            assert not taken(whole[:i] + bytes([whole[i] ^ bit]) + whole[i + 1:]), (i, bit)
	for n in range(len(whole) - 1):
	    assert not taken(whole[:n]), n
	END
}

@test "what minisign signed is taken, with all that it says of itself" {
	mkdir "$work/theirs"
	cd "$work/theirs"
	cp ../signed/tool.* ../signed/SHA256SUMS .
	minisign -GW -p key.pub -s key > /dev/null
	minisign -Sm SHA256SUMS -s key
	"$kiln" bundle --verify SHA256SUMS --key key.pub | tee kiln.says
	"$native" -p key.pub | diff kiln.says -
	"$native" -P "$(tail -n 1 key.pub)" SHA256SUMS | diff kiln.says -
	qemu-arm-static "$armv7" -p key.pub | diff kiln.says -
	grep -F "file:SHA256SUMS	hashed" kiln.says
	minisign -Slm SHA256SUMS -s key
	run "$native" -p key.pub
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: SHA256SUMS.minisig signs the file and not its digest, minisign's old way, which is not taken" ]
}

@test "a file that is not there is an error, unless it may be missing; one must be there" {
	cp -R "$work/signed" "$work/less"
	cd "$work/less"
	rm tool.json
	run "$native" -p key.pub
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: tool.json is not there; --ignore-missing goes on without" ]
	run "$native" --ignore-missing -p key.pub
	[ "$status" = 0 ]
	[ "${lines[0]}" = "tool.json is not there" ]
	[ "${lines[1]}" = "1 file as signed by key $(sed -n '1s/.* //p' key.pub)" ]
	rm tool.tar.gz
	run "$native" --ignore-missing -p key.pub
	[ "$status" = 1 ]
	[ "${lines[-1]}" = "kiln-verify: no file that SHA256SUMS names is there" ]
}

@test "what is no file is not read, and a list has an end" {
	cp -R "$work/signed" "$work/odd"
	cd "$work/odd"
	rm tool.json
	mkfifo tool.json
	run timeout 10 "$native" -p key.pub
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: tool.json is not a regular file" ]
	run "$native" -p .
	[ "$output" = "kiln-verify: . is not a regular file" ]
	yes | head -c 100000 > SHA256SUMS
	run "$native" -p key.pub
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: SHA256SUMS has more than 65536 bytes" ]
	run "$native" -p SHA256SUMS
	[ "$output" = "kiln-verify: SHA256SUMS has more than 4096 bytes" ]
	run "$native" -P RWnonsense
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: -P is no public key: expected 56 characters of base64 that start with RW" ]
	cd "$work/signed"
	run sh -c '"$native" -p key.pub > /dev/full'
	[ "$status" = 1 ]
	[ "$output" = "kiln-verify: write: No space left on device" ]
}

@test "it says how it is called" {
	for words in "" "-p" "-p a -P b" "-p a -p b" "-x" "-p key.pub one two"; do
		run "$native" $words
		echo "$words: $output"
		[ "$status" = 2 ]
		[ "${lines[0]}" = "usage: kiln-verify -p FILE | -P KEY [--ignore-missing] [SHA256SUMS]" ]
	done
}

# script FORGERY PATH WORD...: verify.sh where PATH is all there is.
script() {
	dir=$work/$1 path=$2
	shift 2
	cp "$top/builder/ship/verify.sh" "$dir"
	run env PATH="$path" "$(command -v busybox)" sh "$dir/verify.sh" "$@"
	echo "$output"
}

@test "verify.sh asks kiln-verify or minisign, and fails where there is neither" {
	bare=$work/bare
	mkdir "$bare" "$work/with-verify" "$work/with-minisign"
	for name in dirname sha256sum; do
		ln -s "$(command -v busybox)" "$bare/$name"
	done
	ln -s "$native" "$work/with-verify/kiln-verify"
	ln -s "$(command -v minisign)" "$work/with-minisign/minisign"
	cd "$work/signed"
	for path in "$work/with-verify:$bare" "$work/with-minisign:$bare"; do
		script signed "$path" key.pub
		[ "$status" = 0 ]
		script signed "$path" "$(tail -n 1 key.pub)"
		[ "$status" = 0 ]
		for name in file_bit list_bit by_other_key legacy no_signature weak_key; do
			script $name "$path" "$work/$name/key.pub"
			[ "$status" = 1 ]
		done
		cp -R ../less ../"less.${path##*/}"
		cp ../signed/tool.json ../"less.${path##*/}"
		script "less.${path##*/}" "$path" --ignore-missing key.pub
		[ "$status" = 0 ]
		script "less.${path##*/}" "$path" key.pub
		[ "$status" = 1 ]
	done
	script signed "$bare" key.pub
	[ "$status" = 1 ]
	[ "${lines[0]}" = "tool.tar.gz: OK" ]
	[ "${lines[-2]}" = "verify.sh: who made it was not checked" ]
	[ "${lines[-1]}" = "verify.sh: neither kiln-verify nor minisign is here; --digests-only goes without" ]
}

@test "verify.sh checks digests alone when it is told to" {
	for path in "$work/bare" "$work/with-verify:$work/bare"; do
		script signed "$path" --digests-only
		[ "$status" = 0 ]
		[ "${lines[-1]}" = "verify.sh: who made it was not checked" ]
		script file_bit "$path" --digests-only
		[ "$status" = 1 ]
		script list_empty "$path" --digests-only
		[ "$status" = 1 ]
	done
	script signed "$work/bare"
	[ "$status" = 2 ]
	[ "$output" = "verify.sh: a public key is wanted, or --digests-only" ]
	script signed "$work/bare" --quickly
	[ "$status" = 2 ]
}
