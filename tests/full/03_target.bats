#!/usr/bin/env bats
# A machine that kiln does not ship: one file, and no line of C. SPDX-License-Identifier: ISC

load ../build/helpers

# The file is the manual's example.
setup_file() {
	export tree=$BATS_FILE_TMPDIR/mine out=${KILN_OUT:-$top/${OUT:-out}}
	mkdir -p "$tree/recipes/targets"
	sed -n '/^name  *riscv64$/,/^\.Ed$/{/^\.Ed$/d;p}' "$top/builder/man/kiln-recipe.5" \
		> "$tree/recipes/targets/riscv64"
}

# number FILE OFFSET BYTES: a number of an ELF header, little-endian.
number() {
	od -An -v -tu"$3" -j"$2" -N"$3" "$1" | tr -d ' '
}

@test "with one file more, the sysroot, zlib and bzip2 build for riscv64 and pass the judge and their tests" {
	[ "$(cd "$tree" && find . -type f)" = ./recipes/targets/riscv64 ]
	run "$kiln" --tree "$tree" build zlib bzip2 -t riscv64
	echo "$output"
	[ "$status" = 0 ]
	# What was built and tested before is as good.
	[[ $output =~ ", 0 failed, 0 skipped; tests: "[0-9]+" passed, 0 failed, 0 skipped, "([0-9]+)" not run"(" ("([0-9]+)" passed before)")?"; " ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[3]:-0}" ]
}

@test "bzip2 for riscv64 is a static PIE with the target's float ABI" {
	program=$out/riscv64/bin/bzip2
	[ "$(number "$program" 4 1)" = 2 ]    # 64 bits
	[ "$(number "$program" 16 2)" = 3 ]   # ET_DYN
	[ "$(number "$program" 18 2)" = 243 ] # RISC-V
	[ $(($(number "$program" 48 4) & 6)) = 4 ]
	run grep -c ld-musl "$program"
	[ "$output" = 0 ]
}

@test "what bzip2 for riscv64 packs, this machine's bzip2 unpacks" {
	seq 100000 > "$BATS_TEST_TMPDIR/seq"
	qemu-riscv64-static "$out/riscv64/bin/bzip2" < "$BATS_TEST_TMPDIR/seq" |
		bzip2 -dc | cmp - "$BATS_TEST_TMPDIR/seq"
}

@test "a machine whose kernel folder does not exist is told so" {
	sed -i 's/KERNEL_ARCH riscv/KERNEL_ARCH risky/' "$tree/recipes/targets/riscv64"
	run "$kiln" --tree "$tree" build linux-headers -t riscv64
	echo "$output"
	[ "$status" != 0 ]
	[[ $output == *"KERNEL_ARCH of the target riscv64 is 'risky': there is no arch/risky"* ]]
}
