# kiln-cc: the compiler that packages see, with a sysroot of a few lines.
# SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

llvm=/usr/lib/llvm-19/bin

setup_file() {
	[ -x "$llvm/clang" ] || skip "no clang 19 on this machine"
	[ ! -e /etc/kiln-cc.conf ] || skip "this machine has an /etc/kiln-cc.conf"
	DRIVER="$BATS_TEST_DIRNAME/../../${OUT:-out}/kiln-cc"
	case ${OUT:-out} in /*) DRIVER=$OUT/kiln-cc ;; esac
	export DRIVER PATH="$BATS_FILE_TMPDIR/bin:$PATH" S="$BATS_FILE_TMPDIR/sysroot"
	mkdir -p "$BATS_FILE_TMPDIR/bin" "$S/usr/lib/kiln" "$S/usr/lib/pkgconfig" "$S/usr/include/c++/v1"
	for name in cc c++ gcc cpp ld ar strip objcopy readelf nm pkg-config turn x86_64-linux-musl-{cc,gcc}; do
		ln -s "$(realpath "$DRIVER")" "$BATS_FILE_TMPDIR/bin/$name"
	done
	tiny_sysroot
}

# conf FILE MODE [LINE...]
conf() {
	local file=$1 mode=$2
	shift 2
	{
		printf '%s\n' "kiln-cc 1" "triple x86_64-linux-musl" "emulation elf_x86_64" "llvm $llvm" \
			"resource ${llvm%/bin}/lib/clang/19" "sysroot $S" "maps $BATS_TEST_TMPDIR/maps" \
			"slot $BATS_TEST_TMPDIR/slot" "mode $mode" "pie always" \
			"arch -march=x86-64" "prefix $BATS_TEST_TMPDIR=."
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$file"
	export KILN_CC_CONF=$file
}

# Start files that call main and exit with what it returns; a libc with one function.
tiny_sysroot() {
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR conf "$BATS_FILE_TMPDIR/bare.conf" bare
	cd "$BATS_FILE_TMPDIR"
	cat >rcrt1.c <<-'END'
		__asm__(".global _start\n_start: and $-16,%rsp\ncall main\nmov %eax,%edi\nmov $60,%eax\nsyscall");
	END
	echo 'int from_libc(void) { return 7; }' >libc.c
	echo >empty.c
	cc -c rcrt1.c -o "$S/usr/lib/rcrt1.o"
	cc -c libc.c
	ar rc "$S/usr/lib/libc.a" libc.o
	for f in lib/crti lib/crtn lib/kiln/clang_rt.crtbegin lib/kiln/clang_rt.crtend; do
		cc -c empty.c -o "$S/usr/$f.o"
	done
	ar rc "$S/usr/lib/kiln/libclang_rt.builtins.a"
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir maps
	conf "$PWD/normal.conf" normal
	echo 'int from_libc(void); int main(void) { return from_libc(); }' >a.c
}

@test "a program is static, position-independent and runs" {
	[ "$(uname -m)" = x86_64 ] || skip "programs are made for x86_64 here"
	cc -O2 -g a.c -o a
	run ./a
	[ "$status" = 7 ]
	readelf -l a >headers
	grep -q DYN headers
	! grep -q INTERP headers
	grep -q GNU_RELRO headers
	readelf -d a | grep -q PIE
}

@test "what the machine's environment says to compilers is not heard" {
	mkdir include
	echo '#define FOUND 1' >include/found.h
	echo '#include "found.h"' >b.c
	CPATH=$PWD/include C_INCLUDE_PATH=$PWD/include run cc -c b.c
	[ "$status" != 0 ]
	LIBRARY_PATH=$PWD/include run cc -### a.o
	[[ "$output" != *"$PWD/include"* ]]
}

@test "none of the machine's own headers and libraries is looked at" {
	echo '#include <stdio.h>' >b.c
	run cc -c b.c
	[ "$status" != 0 ]
	run cc -v a.c -o a
	[ "$status" = 0 ]
	[[ "$output" != *"/usr/lib/gcc"* ]]
	[[ "$output" != *"-L/usr/lib "* ]]
}

@test "the map is kept under the program's build-id, and where it was asked for too" {
	cc a.c -o a -Wl,-Map,own.map
	id=$(readelf -n a | awk '/Build ID/ { print $3 }')
	[ ${#id} = 40 ]
	[ "$(ls -A maps)" = "$id.link"$'\n'"$id.map" ]
	grep -q from_libc "maps/$id.map"
	cmp "maps/$id.map" own.map
}

@test "a record beside the map says what was opened, what was taken, and why" {
	mkdir 'an archive' away
	echo 'int from_libc(void); int f(void) { return from_libc(); }' >f.c
	echo 'int f(void); int main(void) { return f(); }' >b.c
	cc -c f.c
	ar rc 'an archive/libf$.a' f.o
	ln -s '../an archive/libf$.a' away/libg.a
	cc b.c -o b -L./away -lg -Wl,--dependency-file=own.d,--why-extract=own.txt
	id=$(readelf -n b | awk '/Build ID/ { print $3 }')
	sed -E 's|/tmp/b-[0-9a-f]+\.o|/tmp/b.o|' "maps/$id.link" >got
	cat >want <<-END
		kiln-link 1
		folder $PWD
		input $S/usr/lib/rcrt1.o
		input $S/usr/lib/crti.o
		input $S/usr/lib/kiln/clang_rt.crtbegin.o
		input /tmp/b.o
		input $PWD/away/libg.a	$PWD/an archive/libf\$.a
		input $S/usr/lib/libc.a
		input $S/usr/lib/kiln/libclang_rt.builtins.a
		input $S/usr/lib/kiln/clang_rt.crtend.o
		input $S/usr/lib/crtn.o
		took $PWD/away/libg.a(f.o)	f	/tmp/b.o
		took $S/usr/lib/libc.a(libc.o)	from_libc	$PWD/away/libg.a(f.o)
	END
	diff want got
	grep -q '^b:' own.d
	grep -q 'libg.a(f.o)' own.txt
}

@test "a link that fails leaves no map" {
	echo 'int missing(void); int main(void) { return missing(); }' >b.c
	run cc b.c -o b
	[ "$status" != 0 ]
	[[ "$output" == *"undefined symbol: missing"* ]]
	[ -z "$(ls -A maps)" ]
}

@test "C++ that the C compiler links is an error that names c++" {
	echo 'int *f() { return new int; } int main(void) { return *f(); }' >b.cc
	run cc b.cc -o b
	[ "$status" != 0 ]
	[[ "$output" == *"undefined symbol: operator new"* ]]
	[ "${lines[-1]}" = 'kiln-cc: this is C++, and C++ is linked with c++ ($(CXX) in a Makefile), or with -lstdc++ added' ]
}

@test "where there is no C++ library, the recipe's line is named" {
	run c++ b.cc -o b
	[[ "${lines[-1]}" == *"no such file"* ]]
	[[ "$output" != *"sysroot-c++"* ]]
	echo 'int main() { return 0; }' >b.cc
	run c++ b.cc -o b
	[ "$status" != 0 ]
	[ "${lines[-1]}" = 'kiln-cc: there is no C++ library: the recipe has to say `need sysroot-c++`' ]
	mv "$S/usr/include/c++/v1" "$S/v1"
	run --separate-stderr c++ -c b.cc
	mv "$S/v1" "$S/usr/include/c++/v1"
	[ "$status" = 0 ]
	[[ "$stderr" == *'`need sysroot-c++`'* ]]
}

@test "a link works where no maps are wanted" {
	rmdir maps
	cc a.c -o a
	[ -x a ]
}

@test "a shared library is refused by name, also from a response file" {
	cc -c a.c
	run cc -shared a.o -o libx.so
	[ "$status" = 1 ]
	[[ "$output" == *"libx.so: no shared library is made here"*"--disable-shared"* ]]
	echo "-shared a.o -o liby.so" >words
	run cc @words
	[ "$status" = 1 ]
	[[ "$output" == *"liby.so: no shared library"* ]]
	run ld -shared a.o -o libz.so
	[ "$status" = 1 ]
	[[ "$output" == *"libz.so: no shared library"* ]]
	[ -z "$(ls lib*.so 2>/dev/null)" ]
}

@test "what a static program cannot have is left out with a line each" {
	run --separate-stderr cc -rdynamic -pie -Wl,-rpath,/x a.c -o a
	[ "$status" = 0 ]
	[ "${#stderr_lines[@]}" = 3 ]
	[[ "$stderr" == *"kiln-cc: left out -rdynamic: "* ]]
	! readelf -d a | grep -q RUNPATH
}

@test "a build elsewhere gives the same bytes" {
	mkdir other
	cp a.c other/
	cc -g -c a.c -o a.o
	cd other
	sed -i "s,^prefix .*,prefix $PWD=.," ../normal.conf
	cc -g -c a.c -o a.o
	cmp a.o ../a.o
}

@test "objects can be joined with cc -r and ld -r" {
	cc -c a.c
	cc -r a.o -o b.o
	ld -r a.o -o c.o
	readelf -h b.o | grep -q REL
	readelf -h c.o | grep -q REL
	[ -z "$(ls -A maps)" ]
}

@test "archives made at other times are the same" {
	cc -c a.c
	ar cru one.a a.o
	touch -d 2001-01-01 a.o
	ar crU two.a a.o
	cmp one.a two.a
}

@test "pkg-config sees the sysroot's packages only, and statically" {
	[ -x /usr/bin/pkgconf ] || skip "no pkgconf on this machine"
	cat >"$S/usr/lib/pkgconfig/foo.pc" <<-'END'
		prefix=/usr
		libdir=${prefix}/lib
		includedir=${prefix}/include
		Name: foo
		Description: x
		Version: 1
		Libs: -L${libdir} -lfoo
		Libs.private: -lm
		Cflags: -I${includedir} -I${includedir}/foo
	END
	mkdir pc
	sed 's/foo/bar/' "$S/usr/lib/pkgconfig/foo.pc" >pc/bar.pc
	run pkg-config --cflags --libs foo
	[ "$status" = 0 ]
	[ "$(echo $output)" = "-I$S/usr/include/foo -lfoo -lm" ]
	PKG_CONFIG_PATH=$PWD/pc run pkg-config --exists bar
	[ "$status" != 0 ]
}

@test "the preprocessor reads standard input and links nothing" {
	run cpp -P -DX=5 < <(echo 'int X;')
	[ "$status" = 0 ]
	[ "$output" = "int 5;" ]
}

@test "a language that clang gives to GCC is refused, not handed round for ever" {
	echo 'procedure a is begin null; end a;' >a.adb
	run timeout 20 cc -c a.adb
	echo "$output"
	[ "$status" != 0 ] && [ "$status" != 124 ]
	[[ $output == *"kiln-cc: a.adb: there is no compiler for ada here: clang has none and asks for GCC"* ]]
	echo '      end' >b.f
	run timeout 20 cc -c b.f
	[[ $output == *"kiln-cc: b.f: there is no compiler for f95 here"* ]]
}

@test "the triple in front of a name changes nothing" {
	cc -c a.c -o one.o
	x86_64-linux-musl-cc -c a.c -o two.o
	cmp one.o two.o
}

@test "no compiler runs without a slot, not even to say its version; other tools do" {
	command -v perl >/dev/null || skip "no perl on this machine"
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Local => "slot", Listen => 9) or die;
		sleep 30;' &
	holder=$!
	while [ ! -S slot ]; do sleep 0.01; done
	timeout 10 ar --version >/dev/null
	run timeout 0.5 cc --version
	[ "$status" = 124 ]
	run timeout 0.5 cc -c a.c
	[ "$status" = 124 ]
	[ ! -e a.o ]
	run timeout 0.5 turn /bin/echo through
	[ "$status" = 124 ]
	kill "$holder"
	wait "$holder" || true
	rm slot
	cc -c a.c
	[ -e a.o ]
	[ "$(turn /bin/echo through)" = through ]
	run turn echo through
	[ "$status" = 1 ]
	[[ "$output" == "kiln-cc: turn: expected the absolute path of a program"* ]]
}

@test "a configuration that is not there is an error that names it" {
	KILN_CC_CONF=/nonexistent/conf run cc -c a.c
	[ "$status" = 1 ]
	[[ "$output" == *"/nonexistent/conf"* ]]
}

@test "called by a name it does not have, it says so" {
	run "$DRIVER" nothing
	[ "$status" = 1 ]
	[[ "$output" == "kiln-cc: nothing is no name of the compiler driver" ]]
	run "$DRIVER" --version
	[[ "$output" == "kiln-cc "* ]]
}
