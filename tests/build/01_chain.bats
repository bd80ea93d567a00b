#!/usr/bin/env bats
# From nothing to curl for armv7, and again. SPDX-License-Identifier: ISC

load helpers

@test "curl and all it needs build for armv7, and each passes its test" {
	run "$kiln" build curl bzip2 xz -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"/out/armv7/bin/curl"* ]]
}

@test "curl runs alone in an empty root under its emulator" {
	root=$(mktemp -d)
	cp "$top/out/armv7/bin/curl" "$root/curl"
	cp "$(command -v qemu-arm-static)" "$root/qemu"
	run chroot "$root" /qemu /curl --version
	rm -rf "$root"
	[ "$status" = 0 ]
	[[ $output == *"OpenSSL"*"zlib"* ]]
}

@test "the second time there is nothing to do" {
	run "$kiln" build curl bzip2 xz -t armv7 -v
	[ "$status" = 0 ]
	[[ $output != *" built "* ]]
}

@test "the result is the same file behind a stable link" {
	[ -L "$top/out/armv7/bin/curl" ]
	run readlink "$top/out/armv7/bin/curl"
	[[ $output == ../../store/*/bin/usr/bin/curl ]]
}

@test "wireguard-tools builds where its source is at hand" {
	run "$kiln" build wireguard-tools -t armv7
	if [ "$status" = 4 ]; then
		skip "no place here has wireguard-tools' source"
	fi
	echo "$output"
	[ "$status" = 0 ]
}

@test "zlib builds for aarch64 and x86_64 from the same recipe, with their sysroots" {
	run "$kiln" build zlib bzip2 -t aarch64,x86_64
	echo "$output"
	[ "$status" = 0 ]
}

@test "kiln itself compiles with musl" {
	# What includes libcurl and libarchive is left to the recipe, which needs them.
	musl=$top/out/store/$(digest_of "$top" musl x86_64)/dev/usr/include
	headers=$top/out/store/$(digest_of "$top" linux-headers x86_64)/dev/usr/include
	openssl=$top/out/store/$(digest_of "$top" openssl armv7)/dev/usr/include
	[ -e "$musl/stdio.h" ] && [ -e "$headers/linux/fs.h" ] && [ -e "$openssl/openssl/evp.h" ]
	resource=$(/usr/lib/llvm-19/bin/clang -print-resource-dir)
	cd "$top"
	grep -LE '<(curl|archive|sodium)' builder/*/*.c | xargs -P 2 -n 40 /usr/lib/llvm-19/bin/clang \
		--target=x86_64-linux-musl -nostdlibinc -isystem "$musl" -isystem "$headers" \
		-isystem "$openssl" -isystem "$resource/include" -std=c11 -D_GNU_SOURCE -iquote include \
		-Wall -Wextra -Werror -fsyntax-only
}

@test "what of zlib is in curl is told from what was kept of the link" {
	run "$kiln" why curl zlib -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"curl -> zlib (link)"* ]]
	[[ $output == *"usr/bin/curl: "*" objects of zlib, "*" KiB"* ]]
	[[ $output == *"libz.a(inflate.o) for inflate"*", which lib/"*" needs"* ]]
	run "$kiln" why curl linux-headers -t armv7
	[ "$status" = 0 ]
	[[ $output == *"needed by the recipe, but nothing of linux-headers is in any program of curl"* ]]
}

@test "size says what curl consists of, to 95 % of its bytes or better" {
	run "$kiln" size curl -t armv7
	echo "$output"
	[ "$status" = 0 ]
	for part in curl openssl zlib musl compiler-rt "(the linker)"; do
		[[ $output == *$'\n'"  $part "*"iB "*" %"* ]]
	done
	[[ $output != *" linux-headers "* ]]
	known=$(sed -n 's/^usr.bin.curl: .* loaded; \([0-9]*\) % accounted for$/\1/p' <<<"$output")
	[ "$known" -ge 95 ]
	[ "$known" -le 100 ]
	"$kiln" size curl -t armv7 --json | perl -MJSON::PP -0777 -ne '
		my $program = decode_json($_)->{programs}[0];
		my ($sum, $by_object) = (0, 0);
		$sum += $_->{file_bytes} for @{$program->{packages}};
		$by_object += $_->{file_bytes} for @{$program->{objects}};
		exit !($sum == $by_object && $sum == $program->{accounted_bytes})'
}

@test "a C++ program builds for armv7, with the C++ library, which nothing in C waited for" {
	run "$kiln" build zpipe -t armv7
	echo "$output"
	[ "$status" = 0 ]
	[[ $output == *"/out/armv7/bin/zpipe"* ]]
	run "$kiln" graph zpipe -t armv7
	[[ $output == *libcxx* ]]
	run "$kiln" graph curl -t armv7
	[[ $output != *libcxx* ]]
}
