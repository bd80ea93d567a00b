#!/usr/bin/env bats
# How styles drive projects, good and bad ones. SPDX-License-Identifier: ISC

load helpers

setup() {
	work=$(mktemp -d)
	mkdir -p "$work/recipes/packages" "$work/dist"
}

teardown() {
	rm -rf "$work"
}

# project NAME STYLE [LINE...]: a recipe in a tree of its own for what stands in the folder
# $work/NAME, and its source.
project() {
	local name=$1 style=$2 file=$1-1.tar.gz
	shift 2
	tar -C "$work" --owner=0 --group=0 -czf "$work/dist/$file" "$name"
	{
		printf '%s\n' "name $name" 'version 1' 'summary A project of the tests' \
			"home https://example.org/$name" 'licence 0BSD' 'licence-file LICENCE'
		printf '%s\n' "source $file {" "	url https://example.org/$file" \
			"	sha256 $(sha256sum < "$work/dist/$file" | cut -d' ' -f1)" \
			"	size $(stat -c %s "$work/dist/$file")" '}' "style $style"
		[ $# = 0 ] || printf '%s\n' "$@"
	} > "$work/recipes/packages/$name"
}

# folder NAME: for its files, with the licence that the judge asks for.
folder() {
	mkdir -p "$work/$1"
	echo 'As you like.' > "$work/$1/LICENCE"
}

build() {
	run "$kiln" build "$@" --tree "$work" --distfiles "$work/dist" --offline
	echo "$output"
}

# says TEXT...: all of these stand in the output.
says() {
	local text
	for text; do
		[[ $output == *"$text"* ]] || { echo "not said: $text"; return 1; }
	done
}

# configured NAME: a script that asks as autoconf's do, with one check whose body is on stdin.
configured() {
	{
		cat <<-'END'
		#!/bin/sh
		as_me=configure cross_compiling=no as_lineno=1
		exec 5> config.log 6>&1
		for word; do
			case $word in
			--host=*) cross_compiling=yes ;;
			--*) ;;
			*=*) export "$word" ;;
			esac
		done
		[ -r "$CONFIG_SITE" ] && . "$CONFIG_SITE"
		END
		cat
		cat <<-'END'
		printf 'all:\n\t$(CC) -o %s main.c\n' "$NAME" > Makefile
		printf 'install:\n\tinstall -D %s $(DESTDIR)/usr/bin/%s\n' "$NAME" "$NAME" >> Makefile
		END
	} > "$work/$1/configure"
	chmod +x "$work/$1/configure"
	echo 'int main(void) { return 0; }' > "$work/$1/main.c"
}

@test "autotools: what a cross build cannot try is answered, once for all" {
	folder answered
	configured answered <<-'END'
	[ "$ac_cv_func_malloc_0_nonnull" = yes ] || { echo "$as_me: error: malloc" >&2; exit 1; }
	[ "$ac_cv_func_working_mktime" = no ] || { echo "$as_me: error: mktime" >&2; exit 1; }
	END
	project answered autotools 'configure ac_cv_func_working_mktime=no' 'test {' '	run answered' '}'
	build answered -t x86_64
	[ "$status" = 0 ]
}

# moon: a check that has to run a program, as autoconf writes it.
moon() {
	cat <<-'END'
	printf %s "checking whether the moon is full... " >&6
	if test ${my_cv_sky_moon+y}
	then :
	  printf %s "(cached) " >&6
	else
	  if test "$cross_compiling" = yes
	then :
	  echo "$as_me: error: in \`$PWD':" >&2
	  echo "$as_me: error: cannot run test program while cross compiling" >&2
	  echo "See \`config.log' for more details" >&2
	  exit 1
	fi
	fi
	echo "$my_cv_sky_moon" >&6
	END
}

@test "autotools: a question that is left open ends with the line that answers it" {
	folder asks
	configured asks < <(moon)
	project asks autotools
	build asks -t x86_64
	[ "$status" = 1 ]
	says "checking whether the moon is full" "recipes/packages/asks" \
		"configure my_cv_sky_moon=yes"
	project asks autotools 'configure my_cv_sky_moon=yes'
	build asks -t x86_64
	[ "$status" = 0 ]
}

@test "autotools: so does a file of the device that is looked for" {
	folder looks
	configured looks <<-'END'
	printf %s "checking for /etc/moon-phase... " >&6
	if test ${ac_cv_file__etc_moon_phase+y}
	then :
	else
	  echo "$as_me: error: cannot check for file existence when cross compiling" >&2
	  exit 1
	fi
	END
	project looks autotools
	build looks -t x86_64
	[ "$status" = 1 ]
	says "configure ac_cv_file__etc_moon_phase=yes"
}

@test "meson: a library and a program for each target, all static" {
	folder sum
	cat > "$work/sum/meson.build" <<-'END'
	project('sum', 'c', version: '1', default_options: ['default_library=both', 'b_lto=true', 'werror=true'])
	cc = meson.get_compiler('c')
	assert(host_machine.system() == 'linux' and host_machine.endian() == 'little')
	assert(meson.is_cross_build() and not meson.can_run_host_binaries())
	assert(meson.get_external_property('moon') == 'full')
	assert(cc.sizeof('void *') == (host_machine.cpu_family() == 'arm' ? 4 : 8))
	z = dependency('zlib')
	l = library('sum', 'sum.c', install: true, dependencies: z)
	install_headers('sum.h')
	import('pkgconfig').generate(l, description: 'sums')
	executable('sum', 'main.c', link_with: l, install: true)
	END
	echo 'unsigned long sum(const char *text);' > "$work/sum/sum.h"
	printf '%s\n' '#include <string.h>' '#include <zlib.h>' '#include "sum.h"' \
		'unsigned long sum(const char *t) { return crc32(0, (const Bytef *)t, strlen(t)); }' > "$work/sum/sum.c"
	printf '%s\n' '#include <stdio.h>' '#include "sum.h"' \
		'int main(int n, char **v) { return printf("%lx\n", sum(v[n - 1])) < 0; }' > "$work/sum/main.c"
	project sum meson 'need zlib' "set MESON_PROPERTIES moon='full'" 'test {' \
		'	[ "$(run sum 123456789)" = cbf43926 ]' '	pkg-config --libs sum | grep -e "-lsum.* -lz"' '}'
	build sum -t x86_64,armv7
	[ "$status" = 0 ]
}

@test "meson: a subproject that would be downloaded is named, and what stands for it" {
	folder wraps
	mkdir "$work/wraps/subprojects"
	printf '%s\n' "project('wraps', 'c')" "subproject('moon')" > "$work/wraps/meson.build"
	printf '%s\n' '[wrap-file]' 'directory = moon-1' 'source_url = https://example.org/moon-1.tar.gz' \
		'source_filename = moon-1.tar.gz' \
		'source_hash = 0000000000000000000000000000000000000000000000000000000000000000' \
		> "$work/wraps/subprojects/moon.wrap"
	project wraps meson
	build wraps -t x86_64
	[ "$status" = 1 ]
	says "meson.build:2:0" "recipes/packages/wraps" "moon"
}

@test "meson: a library of the build machine is not found, and the line that brings ours is said" {
	folder hosts
	printf '%s\n' "project('hosts', 'c')" "dependency('openssl')" > "$work/hosts/meson.build"
	project hosts meson
	build hosts -t x86_64
	[ "$status" = 1 ]
	says "meson.build:2:0" "recipes/packages/hosts" "need openssl"
}

@test "meson: what would have to run on the target is answered by a property, or the property is named" {
	folder runs
	printf '%s\n' "project('runs', 'c')" "cc = meson.get_compiler('c')" \
		"moon = meson.get_external_property('moon_is_full', 'unknown')" "if moon == 'unknown'" \
		"  moon = cc.run('int main(void) { return 1; }').returncode() == 0" "endif" \
		> "$work/runs/meson.build"
	project runs meson
	build runs -t x86_64
	[ "$status" = 1 ]
	says "meson.build:5" "recipes/packages/runs" "set MESON_PROPERTIES moon_is_full=true"
}

@test "meson: a program for the build machine wants its compiler declared" {
	folder native
	cat > "$work/native/meson.build" <<-'END'
	project('native', 'c')
	add_languages('c', native: true)
	tool = executable('tool', 'tool.c', native: true)
	made = custom_target('made', output: 'made.h', command: [tool, '@OUTPUT@'])
	executable('native', 'main.c', made, install: true)
	END
	printf '%s\n' '#include <stdio.h>' \
		'int main(int n, char **v) { return n != 2 || fputs("#define MADE 7\n", fopen(v[1], "w")) < 0; }' > "$work/native/tool.c"
	printf '%s\n' '#include "made.h"' 'int main(void) { return MADE; }' > "$work/native/main.c"
	project native meson
	build native -t armv7
	[ "$status" = 1 ]
	says "recipes/packages/native" "need sysroot for build"
	project native meson 'need sysroot for build' 'test {' \
		'	run native || [ $? = 7 ]' '}'
	build native -t armv7
	[ "$status" = 0 ]
}

@test "meson: a program of the target that the build wants to run is named" {
	folder foreign
	cat > "$work/foreign/meson.build" <<-'END'
	project('foreign', 'c')
	tool = executable('tool', 'tool.c')
	custom_target('made', output: 'made.h', command: [tool, '@OUTPUT@'], build_by_default: true)
	END
	echo 'int main(void) { return 0; }' > "$work/foreign/tool.c"
	project foreign meson
	build foreign -t armv7
	[ "$status" = 1 ]
	says "native: true" "need sysroot for build"
}

@test "meson: upstream's suite is run where it can be, and never passes where it cannot" {
	folder checks
	cat > "$work/checks/meson.build" <<-'END'
	project('checks', 'c')
	test('one', executable('checks', 'main.c', install: true))
	END
	echo 'int main(void) { return 0; }' > "$work/checks/main.c"
	project checks meson
	build checks -t x86_64 --check
	[ "$status" = 0 ]
	build checks -t armv7 --check -f
	[ "$status" = 5 ]
	says "error: these tests are programs of armv7, which the build machine cannot run"
	echo 'int main(void) { return 1; }' > "$work/checks/main.c"
	project checks meson
	build checks -t x86_64 --check
	[ "$status" = 5 ]
	says "1/1 one FAIL"
}
