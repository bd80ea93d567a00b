#!/usr/bin/env bats
# What CMake finds, asks and downloads in a build, and what kiln says of it.
# SPDX-License-Identifier: ISC

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p tree/recipes/packages
	export KILN_OUT=${KILN_OUT:-$top/${OUT:-out}}
}

# project NAME [LINE...]: a package of a private tree whose CMakeLists.txt is stdin, and more
# lines of its recipe.
project() {
	local name=$1
	shift
	mkdir -p "tree/patches/$name"
	cat >"tree/patches/$name/CMakeLists.txt"
	echo 'int main(void) { return 0; }' >"tree/patches/$name/main.c"
	echo 'As you like it.' >"tree/patches/$name/LICENSE"
	cat >"tree/recipes/packages/$name" <<-END
	name $name
	version 1
	summary A project that asks
	home https://$name.example/
	licence ISC
	licence-file LICENSE
	local CMakeLists.txt
	local main.c
	local LICENSE
	style cmake
	END
	[ $# = 0 ] || printf '%s\n' "$@" >>"tree/recipes/packages/$name"
}

build() {
	run "$kiln" -C "$top" --tree "$BATS_TEST_TMPDIR/tree" build "$@"
	echo "$output"
}

says() {
	[[ $output == *"$1"* ]]
}

asking() {
	project asks "$@" <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(asks C)
	include(CheckCSourceRuns)
	check_c_source_runs("int main(void) { return 0; }" STACK_GROWS_UP)
	try_run(PAGE_RAN PAGE_COMPILED ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/main.c
		RUN_OUTPUT_VARIABLE page)
	message("answers ${STACK_GROWS_UP} ${PAGE_RAN} ${page}")
	if(NOT "${STACK_GROWS_UP} ${PAGE_RAN} ${page}" STREQUAL "1 3 16384")
		message(FATAL_ERROR "other answers")
	endif()
	add_executable(asks main.c)
	install(TARGETS asks)
	END
}

@test "what a project would run on the target is named, with the line to add to the recipe" {
	asking
	build asks -t armv7
	[ "$status" = 1 ]
	says "CMakeLists.txt:4: the project asks what its programs do on the target"
	says "configure -DSTACK_GROWS_UP=1|0 -DPAGE_RAN=STATUS -DPAGE_RAN__TRYRUN_OUTPUT=OUTPUT"
}

@test "where CMake crashes for want of an answer, the places that ask are shown" {
	project asks <<-'END'
	cmake_minimum_required(VERSION 3.25)
	project(asks C)
	set(main "int main(void) { return 0; }")
	try_run(PAGE_RAN PAGE_COMPILED SOURCE_FROM_VAR x.c main RUN_OUTPUT_VARIABLE page)
	END
	build asks -t armv7
	[ "$status" = 1 ]
	says "configure -DNAME=STATUS -DNAME__TRYRUN_OUTPUT=OUTPUT"
	says "CMakeLists.txt:4:try_run(PAGE_RAN"
}

@test "the recipe answers" {
	asking 'configure -DSTACK_GROWS_UP=1 -DPAGE_RAN=3 -DPAGE_RAN__TRYRUN_OUTPUT=16384'
	build asks -t armv7
	[ "$status" = 0 ]
}

@test "answers set in one variable, as a target's file can, are taken" {
	asking 'set CMAKE_ANSWERS "STACK_GROWS_UP=1 PAGE_RAN=3 PAGE_RAN__TRYRUN_OUTPUT=16384"'
	build asks -t armv7
	[ "$status" = 0 ]
}

@test "a project that names C++ and has none needs no C++ library" {
	project names <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(names)
	add_executable(names main.c)
	install(TARGETS names)
	END
	build names -t armv7
	[ "$status" = 0 ]
	project uses <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(uses)
	file(WRITE main.cc "#include <string>\nint main() { return std::string().size(); }")
	add_executable(uses main.cc)
	END
	build uses -t armv7
	[ "$status" = 1 ]
	says "need sysroot-c++"
}

@test "a download by FetchContent is refused where it stands, with two ways on" {
	project fetches <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(fetches C)
	include(FetchContent)
	FetchContent_Declare(json-c URL https://json-c.example/json-c.tar.gz)
	FetchContent_MakeAvailable(json-c)
	END
	build fetches -t armv7
	[ "$status" = 1 ]
	says "CMakeLists.txt:5: the project would download json-c, and a build has no network"
	says "find_package(json-c)"
	says "configure -DFETCHCONTENT_SOURCE_DIR_JSON-C=/build/deps/json-c"
}

@test "so is one that the project drives itself" {
	project fetches <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(fetches C)
	include(FetchContent)
	FetchContent_Declare(json GIT_REPOSITORY https://json.example/json.git)
	FetchContent_GetProperties(json)
	if(NOT json_POPULATED)
		FetchContent_Populate(json)
		add_subdirectory(${json_SOURCE_DIR} ${json_BINARY_DIR})
	endif()
	END
	build fetches -t armv7
	[ "$status" = 1 ]
	says "CMakeLists.txt:8: the project would download json,"
}

@test "a download by ExternalProject fails without a network, and kiln says so" {
	project fetches <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(fetches C)
	include(ExternalProject)
	ExternalProject_Add(json URL http://json.example/json.tar.gz)
	END
	build fetches -t armv7
	[ "$status" = 1 ]
	says "a build has no network; add what is downloaded here to the recipe"
}

@test "what FetchContent wants may come with the recipe, or from a need" {
	project fetches 'need zlib' 'local dep.cmake deps/json' \
		'configure -DFETCHCONTENT_SOURCE_DIR_JSON=/build/deps/json' <<-'END'
	cmake_minimum_required(VERSION 3.24)
	project(fetches C)
	include(FetchContent)
	FetchContent_Declare(json URL https://json.example/json.tar.gz)
	FetchContent_Declare(ZLIB URL https://zlib.example/z.tar.gz FIND_PACKAGE_ARGS 1.2)
	FetchContent_MakeAvailable(json ZLIB)
	include(${json_SOURCE_DIR}/dep.cmake)
	add_executable(fetches ${DEP_SOURCE})
	target_link_libraries(fetches ZLIB::ZLIB)
	install(TARGETS fetches)
	END
	echo 'set(DEP_SOURCE main.c)' >tree/patches/fetches/dep.cmake
	build fetches -t armv7
	[ "$status" = 0 ]
}

@test "libraries of this machine are not found in a build" {
	project looks <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(looks C)
	find_library(Z NAMES z libz.so libz.so.1 ssl crypto archive)
	find_path(H NAMES zlib.h stdio.h NO_CMAKE_PATH)
	message("found ${Z} ${H}")
	if(NOT Z STREQUAL "Z-NOTFOUND" OR NOT H STREQUAL "/sysroot/usr/include")
		message(FATAL_ERROR "the machine shows")
	endif()
	find_package(OpenSSL REQUIRED)
	END
	build looks -t armv7
	[ "$status" = 1 ]
	says "CMakeLists.txt:9: no need of the recipe brings OpenSSL"
}

# The sandbox alone would hide them: here the toolchain file stands by itself.
@test "the toolchain file hides what this machine has, packages and registry as well" {
	project looks <<-'END'
	cmake_minimum_required(VERSION 3.16)
	project(looks C)
	find_package(OpenSSL)
	find_package(registered)
	find_package(named)
	find_library(A NAMES archive)
	find_path(H NAMES openssl/ssl.h stdio.h)
	message("found=${OPENSSL_FOUND}${registered_FOUND}${named_FOUND}${A}${H}")
	message(FATAL_ERROR "so that the folder is kept")
	END
	build looks -t armv7
	[ "$status" = 1 ]
	cp "$KILN_OUT"/build/armv7/looks/upper/kiln-build/*.cmake .
	sed -i "s|/sysroot|$PWD/sysroot|; s|/kiln/bin|/usr/bin|" toolchain.cmake
	mkdir -p named-1 registered-1 home/.cmake/packages/registered
	touch named-1/named-config.cmake registered-1/registered-config.cmake
	echo "$PWD/registered-1" >home/.cmake/packages/registered/1
	export HOME=$PWD/home CMAKE_PREFIX_PATH=$PWD/named-1

	run cmake -S tree/patches/looks -B bare
	echo "$output"
	says "found=TRUE11/usr/lib/"
	run cmake -S tree/patches/looks -B ours --toolchain "$PWD/toolchain.cmake"
	echo "$output"
	says "found=FALSE00A-NOTFOUNDH-NOTFOUND"
}
