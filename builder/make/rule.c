/* SPDX-License-Identifier: ISC */
#include "make/rule.h"

enum { LINE_COLUMNS = 78 };

/* Id, summary, what, why, remedy, and an example of a waiver. */
static const struct rule row[] = {
	[RULE_ELF_DAMAGED] = {
		"elf-damaged",
		"a file begins like ELF but cannot be read as such",
		"The file starts with the ELF magic, and then its header or one of its tables "
		"points outside of the file or says what no linker says. Every other rule about "
		"programs needs these tables, so nothing is known about this file.",
		"A device would refuse to run it, or crash. Mostly the file was cut off by a full "
		"disk or by a build step that edits programs (strip, objcopy, a packer).",
		"Look which command wrote the file last (kiln log), and let the build do without "
		"it.",
		"usr/share/foo/sample.elf",
		"test input that is damaged on purpose",
	},
	[RULE_ELF_MACHINE] = {
		"elf-machine",
		"a program is for another machine than the target",
		"The machine or the byte order in the ELF header is not the one of the target "
		"file.",
		"The device answers \"Exec format error\". It happens when a build compiles a "
		"program for itself and installs that one, or takes gcc or cc by an absolute "
		"path.",
		"Find out with which compiler the file was made (kiln log). Give the build system "
		"CC, and CC_FOR_BUILD, HOSTCC or BUILD_CC for what it runs itself; do not install "
		"the latter. Firmware and BPF programs are made for other machines rightly: waive "
		"those.",
		"usr/lib/bpf/*",
		"BPF programs, the kernel runs them",
	},
	[RULE_ELF_CLASS] = {
		"elf-class",
		"a program has 64 bits on a 32-bit target, or 32 on 64",
		"The word size in the ELF header is not the one of the target file.",
		"A 32-bit kernel cannot run a 64-bit program, and a 64-bit kernel of a small "
		"device is often built without support for 32-bit ones.",
		"Look for -m32 or -m64 in the build's own flags and take it out with an edit or "
		"patch.",
		"usr/bin/foo",
		"runs on the other core",
	},
	[RULE_ELF_FLAGS] = {
		"elf-flags",
		"code is for another ABI of the machine",
		"Some machines write the ABI into e_flags: RISC-V in which registers numbers with "
		"a point are passed, MIPS and PowerPC more than that. The bits that the target "
		"file's flags name have another value in this file.",
		"Functions of two ABIs look for their arguments in different places. Where the "
		"linker does not notice, results are silently wrong.",
		"Look for -mabi and -march in the build's own flags and take it out; "
		"the driver adds the target's. Assembler files need the same flags as C files.",
		"usr/lib/libfoo.a*",
		"no function here takes or gives anything",
	},
	[RULE_ELF_FLOAT_ABI] = {
		"elf-float-abi",
		"ARM code passes floating point in other registers",
		"On ARM the EABI version and the float ABI stand in e_flags (0x05000000, 0x400 "
		"for hard float) and in the build attribute Tag_ABI_VFP_args. One of them is not "
		"what the target file's float says.",
		"Functions of the two kinds look for their float arguments in different "
		"registers. Where the linker does not notice, results are silently wrong.",
		"Look for -mfloat-abi or -msoft-float in the build's own flags and take it out; "
		"the driver adds the target's. Assembler files need the same flags as C files.",
		"usr/lib/libfoo.a*",
		"no function here takes or gives a float",
	},
	[RULE_ELF_INTERP] = {
		"elf-interp",
		"a program asks for a dynamic loader",
		"The file has a segment PT_INTERP that names a program loader, such as "
		"/lib/ld-musl-armhf.so.1. A static program has none.",
		"The device has no loader, or one of another libc; the shell there says \"not "
		"found\" about a program that plainly exists.",
		"The link command did not go through kiln's driver, or a file was made by another "
		"linker (Go with cgo, Rust, a prebuilt binary). Give the build system CC and LD; "
		"never waive this for a program that is to run on a device.",
		"usr/share/foo/sample.bin",
		"test input, never run",
	},
	[RULE_ELF_NEEDED] = {
		"elf-needed",
		"a program needs shared libraries",
		"The dynamic section has DT_NEEDED entries: the program cannot start before a "
		"loader has found these libraries.",
		"The device has none of them, or other versions. Static means that the file is "
		"all it takes.",
		"The libraries named must be linked from archives. Look in the link map which "
		"input brought them in; let the recipe need the library's package instead.",
		"usr/share/foo/sample.bin",
		"test input, never run",
	},
	[RULE_ELF_RUNPATH] = {
		"elf-runpath",
		"a program has a library search path",
		"DT_RPATH or DT_RUNPATH tells the loader where to look for shared libraries.",
		"A static program loads none, so the entry is useless; it tells about the build "
		"machine, and with dlopen it lets whoever can write to that folder run code.",
		"Take -rpath and -R out of the build's link flags (CMAKE_SKIP_RPATH, "
		"--disable-rpath).",
		"usr/bin/foo",
		"why it is needed",
	},
	[RULE_ELF_TEXTREL] = {
		"elf-textrel",
		"a program's code is changed when it starts",
		"DT_TEXTREL: there are relocations in read-only segments, so at start the code "
		"has to be made writable, changed, and protected again.",
		"Kernels with hardening refuse it. Every process gets its own copy of the code, "
		"which is memory a small device does not have, and write-xor-execute is lost "
		"while it happens.",
		"Some object is not position independent, mostly hand-written assembler. Most "
		"projects have a switch (--disable-asm, no-asm) or a PIC variant of the same "
		"file.",
		"usr/bin/foo",
		"why it is needed",
	},
	[RULE_ELF_EXEC_STACK] = {
		"elf-exec-stack",
		"a program's stack is executable",
		"PT_GNU_STACK is missing, or allows execution. Where it is missing the kernel "
		"takes the architecture's default, which on ARM is an executable stack.",
		"A stack that can be executed turns an overflow into a way to run code.",
		"An assembler file without a .note.GNU-stack section, or a nested function of GNU "
		"C, is the usual cause; a link flag -z execstack the blunt one. Add the section: "
		".section .note.GNU-stack,\"\",%progbits",
		"usr/bin/foo",
		"its interpreter writes code onto the stack",
	},
	[RULE_ELF_WRITABLE_CODE] = {
		"elf-writable-code",
		"a segment is writable and executable",
		"A loaded segment has both flags, PF_W and PF_X.",
		"Whoever can write into it can run what was written. The driver's linker never "
		"makes such a segment by itself.",
		"Look for -N, --omagic or a linker script in the link command, or for a section "
		"that an assembler file declares \"awx\".",
		"usr/bin/foo",
		"why it is needed",
	},
	[RULE_ELF_TLS] = {
		"elf-tls",
		"thread-locals are placed where no thread can have them",
		"The alignment that PT_TLS asks for is no power of two or more than a page, or the "
		"segment's address and its place in the file differ modulo that alignment.",
		"A static program's C library lays out each thread by these numbers: wrong ones give "
		"threads each other's variables, and large ones cost that much memory for every "
		"thread.",
		"Look for a thread-local that is declared with a large alignment, or for a linker "
		"script. For cache lines 64 is enough.",
		"usr/bin/foo",
		"why it is needed",
	},
	[RULE_ELF_RELRO] = {
		"elf-relro",
		"a program's tables stay writable after start",
		"The segment PT_GNU_RELRO or the mark BIND_NOW is missing: addresses of functions "
		"stay in memory that can be written to while the program runs.",
		"With both, the tables are read-only before main starts. It costs nothing in a "
		"static program, because everything is bound at link time anyway.",
		"The driver links with -z relro -z now. Look for -z norelro or -z lazy in the "
		"build's own flags, or for a linker that is not the driver's. Programs at a fixed "
		"address that Go's own linker made have nothing to protect so, and are let be.",
		"usr/bin/foo",
		"linked by upstream's own linker",
	},
	[RULE_ELF_STATIC_PIE] = {
		"elf-static-pie",
		"a program is bound to a fixed address",
		"The file is ET_EXEC: it always stands at the same address. A static PIE (ET_DYN "
		"without an interpreter) is placed anew by the kernel at every start.",
		"At a fixed address every jump target is known to an attacker beforehand.",
		"Look for -no-pie, -static without -static-pie by an absolute linker, or -fno-pic "
		"in the build's flags. Go links a static PIE with the help of a C compiler (cgo) "
		"only: what is built without says so.",
		"usr/bin/foo",
		"Go links no static PIE without cgo",
	},
	[RULE_ELF_SHARED] = {
		"elf-shared",
		"a shared library was installed",
		"The file is a shared library: its name has .so, or it has DT_SONAME.",
		"Nothing can load it, since no program here has a loader. A linker that finds it "
		"beside the archive takes it first, and the next package fails.",
		"Switch it off in the build: --disable-shared, -DBUILD_SHARED_LIBS=OFF, "
		"--default-library=static, no-shared. Modules that are loaded with dlopen "
		"(plug-ins) must be built in or left out.",
		"usr/share/foo/libsample.so",
		"test input, never loaded",
	},
	[RULE_ELF_DEBUG] = {
		"elf-debug",
		"a program still holds its debug information",
		"The file has .debug_* sections. Debug information belongs into the object's "
		"debug class, found by build-id.",
		"It is mostly three quarters of the file, and flash is small. It also makes the "
		"digest change with every comment that moves a line.",
		"kiln splits it off every program in usr/bin, usr/sbin, usr/libexec and usr/lib "
		"by itself. If this file is elsewhere, install it to one of those.",
		"usr/share/foo/sample.bin",
		"test input that needs it",
	},
	[RULE_ELF_BUILD_ID] = {
		"elf-build-id",
		"a program has no build-id",
		"The note GNU build-id, a digest of the program's contents, is missing.",
		"It is how a crash on the device finds its debug file and its link map. Without "
		"it nobody can tell later which build a core dump came from.",
		"The driver links with --build-id=sha1. Look for --build-id=none in the build's "
		"own flags, for a linker that is not the driver's, or for strip --strip-all by an "
		"old strip.",
		"usr/bin/foo",
		"linked by Go's own linker, before Go 1.24",
	},
	[RULE_ARCHIVE_DAMAGED] = {
		"archive-damaged",
		"an archive or object file cannot be read",
		"The archive's headers do not lead from one member to the next, a member's ELF "
		"tables point outside of it, or the archive is thin: it only names files that are "
		"elsewhere.",
		"The link of whoever needs this library fails, or takes half of it.",
		"Thin archives come from ar with T (\"ar rcT\", \"ar cTr\"): take the letter out. "
		"Else look which command wrote the file last.",
		"usr/share/foo/sample.a",
		"test input that is damaged on purpose",
	},
	[RULE_ARCHIVE_MACHINE] = {
		"archive-machine",
		"an object file is for another machine",
		"A member of the archive (or an object file that stands alone, such as crt1.o) "
		"has another machine, word size or byte order than the target.",
		"The linker says \"incompatible\" or passes the member over, and then misses its "
		"symbols: far away from here, in another package.",
		"Find out with which compiler the member was made (kiln log). Programs that a "
		"build runs itself share objects with the library at times: it must compile them "
		"twice.",
		"usr/lib/firmware/*",
		"runs on the other core",
	},
	[RULE_ARCHIVE_LEVEL] = {
		"archive-level",
		"an object file uses instructions above the target's level",
		"The ARM build attributes of a member state an architecture (Tag_CPU_arch), "
		"floating point unit (Tag_FP_arch) or NEON (Tag_Advanced_SIMD_arch) above what "
		"the target file names.",
		"The linker does not carry these marks over into the program, so this is the last "
		"place to see them. On a device without the unit the program dies with SIGILL, "
		"perhaps only in one rare function.",
		"Look for -march, -mcpu or -mfpu in the build's own flags, and for assembler "
		"files with .arch or .fpu. Code that asks the kernel (getauxval, AT_HWCAP) before "
		"it uses the unit is fine: waive it, and say who asks.",
		"usr/lib/libcrypto.a*",
		"OPENSSL_armcap_P is asked before NEON code is called",
	},
	[RULE_ARCHIVE_BITCODE] = {
		"archive-bitcode",
		"an archive member is LLVM bitcode",
		"The member holds the compiler's intermediate code, not machine code: it was "
		"compiled with -flto.",
		"Only the same version of the same linker can use it; the link map, the size and "
		"the level of what comes out cannot be accounted for.",
		"Switch LTO off: --disable-lto, -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF, "
		"-Db_lto=false, or an edit that takes -flto out.",
		"usr/lib/libfoo.a*",
		"why it is needed",
	},
	[RULE_ARCHIVE_EMPTY] = {
		"archive-empty",
		"an archive has no members",
		"The archive holds no object file.",
		"A link with it succeeds and brings nothing: the fault shows up as an undefined "
		"symbol in another package.",
		"Mostly a configure switch left nothing to build, or ar ran before the compiler "
		"did. If the library is meant to be empty, because its functions live elsewhere, "
		"waive it.",
		"usr/lib/libpthread.a",
		"musl has it all in libc.a",
	},
	[RULE_ARCHIVE_DEBUG] = {
		"archive-debug",
		"an object file still holds debug information",
		"A member has .debug_* sections.",
		"Debug information names every line, so a comment that moves a line changes the "
		"archive, and everything that links it is built again for nothing.",
		"kiln strips archives and object files that stand in usr/lib by itself. If this "
		"one is elsewhere, install it there.",
		"usr/lib/libfoo.a*",
		"why it is needed",
	},
	[RULE_ARCHIVE_NOT_AN_OBJECT] = {
		"archive-not-an-object",
		"an archive member is no object file",
		"The member is neither a relocatable ELF file nor bitcode: a linked program, a "
		"text, an archive in an archive.",
		"Linkers pass it over or stop, and what was meant to be in the library is "
		"missing.",
		"An archive put into another one is the usual case: ar x the inner one first, or "
		"let the outer one list its objects.",
		"usr/lib/libfoo.a(README)",
		"read by a tool, not by the linker",
	},
	[RULE_LINK_DUPLICATE] = {
		"link-duplicate",
		"two archives of a link define the same symbol",
		"Two archives that this program was linked with have members that define the same "
		"strong symbol, the members differ, and one of them was taken. Weak, common and "
		"COMDAT symbols (C++ inline functions) do not count, nor do the C library, the C++ "
		"library and the compiler's run time behind all other words of the link.",
		"Which of the two is in the program is decided by the order of words in the link "
		"command, which nobody wrote with that in mind: an upgrade that lists libraries "
		"otherwise changes the program, or ends in a duplicate symbol.",
		"Take one of the archives out of the link, build one package without its copy "
		"(--with-system-..., an edit of its Makefile), or rename the function with a -D in "
		"CPPFLAGS.",
		"usr/bin/foo",
		"both are the same function",
	},
	[RULE_LINK_RECORD] = {
		"link-record",
		"what a program was linked from cannot be looked at",
		"The record that the driver keeps of every link (BUILD-ID.link, beside the map) is "
		"damaged, or names an archive that is not there any more when the package is done.",
		"Without it nobody can say which package's objects are in the program, nor whether "
		"the order of libraries mattered.",
		"Look which command of the build removes or overwrites the archive after the link "
		"(kiln log), and take it out with an edit.",
		"usr/bin/foo",
		"made anew for the next program",
	},
	[RULE_LEAK_PATH] = {
		"leak-path",
		"a file tells about the machine or person that built it",
		"The file holds the path of the checkout, of a home folder or of the store, or "
		"the name of the build machine. Members of archives are looked at one by one; "
		"compressed files are not looked into.",
		"Another machine would make other bytes, so the build cannot be reproduced; and "
		"whoever gets the file learns what is nobody's business.",
		"The detail shows where in the file it stands and what surrounds it. Inside the "
		"sandbox these names cannot be seen: they come in through the recipe.",
		"usr/share/foo/file",
		"why it is harmless",
	},
	[RULE_LEAK_BUILD_PATH] = {
		"leak-build-path",
		"a file names a folder that only a build sees",
		"The file holds /build/, /out/usr or /sysroot as a path: places of the sandbox. "
		"Programs, data and what others compile against are looked at, debug information "
		"and link maps are not.",
		"The place does not exist on the device, nor in the build of the next package. At "
		"best the text is useless, at worst a program looks there for its files.",
		"Names of source files come from __FILE__: the target's flags map them with "
		"-ffile-prefix-map, so a build that drops CFLAGS shows up here. Others come from "
		"a build system that prints its configuration into a file: take that out with an "
		"edit.",
		"usr/bin/foo",
		"only in the text of --version",
	},
	[RULE_PC_RELOCATABLE] = {
		"pc-relocatable",
		"a .pc file names absolute folders",
		"A pkg-config file may set prefix=/usr; everything else has to be said with "
		"${prefix}. This one names a folder below /usr, or a place of the sandbox, "
		"directly.",
		"The library stands below /sysroot when it is used, and elsewhere in an SDK: with "
		"a fixed path the compiler finds the build machine's headers, or none.",
		"kiln rewrites libdir=/usr/lib and its like by itself. What is left mostly comes "
		"from a library listed by its full name in Libs.private: use -lNAME or "
		"Requires.private, with an edit of the .pc.in file.",
		"usr/lib/pkgconfig/foo.pc",
		"why it is needed",
	},
	[RULE_CMAKE_RELOCATABLE] = {
		"cmake-relocatable",
		"a .cmake file names absolute folders",
		"A CMake package file names a file or folder below /usr, or a place of the "
		"sandbox, instead of one relative to ${_IMPORT_PREFIX} or ${PACKAGE_PREFIX_DIR}. "
		"The lines that CMake itself writes to find its prefix are fine.",
		"The library stands below /sysroot when it is used, and elsewhere in an SDK: "
		"find_package would succeed and the compiler fail.",
		"The project passed an absolute folder to target_include_directories or linked a "
		"library by its full path. $<INSTALL_INTERFACE:include> and target names come out "
		"relocatable.",
		"usr/lib/cmake/foo/*",
		"why it is needed",
	},
	[RULE_CONFIG_SCRIPT_RELOCATABLE] = {
		"config-script-relocatable",
		"a NAME-config script names absolute folders",
		"The script tells compilers where a library is. It may set prefix=/usr; folders "
		"below /usr/include and /usr/lib have to be said with ${prefix}, and places of "
		"the sandbox not at all.",
		"The library stands below /sysroot when it is used, and elsewhere in an SDK: a "
		"fixed answer leads to the build machine's headers.",
		"Prefer the .pc file and do not install the script (rm in phase install), or put "
		"${prefix} into it with an edit.",
		"usr/bin/foo-config",
		"nothing here runs it",
	},
	[RULE_LIBTOOL_ARCHIVE] = {
		"libtool-archive",
		"a libtool .la file was installed",
		"The file describes a library to libtool.",
		"It holds absolute folders of the build, and libtool prefers it to the archive "
		"beside it: links of other packages then look for libraries where they were "
		"built. For static linking the .pc file says the same.",
		"kiln drops .la files from the library folders by itself. Remove this one in "
		"phase install.",
		"usr/lib/foo/*",
		"read with lt_dlopen as a list of modules",
	},
	[RULE_SHEBANG] = {
		"shebang",
		"a script needs an interpreter that is not there",
		"The first line of a script in the bin class names an interpreter other than "
		"/bin/sh or bash, and the object does not bring it.",
		"A small device has a shell, but no perl and no python: the script installs well "
		"and fails when it is called.",
		"Do not install what is not needed on the device (rm in phase install), or let "
		"the recipe need the interpreter for running, and waive this.",
		"usr/bin/foo",
		"needs lua for running",
	},
	[RULE_LICENCE_MISSING] = {
		"licence-missing",
		"the object brings no licence text",
		"There is no file in the object's licence class (usr/share/licenses/NAME/).",
		"A static program contains its libraries, so whoever passes it on must pass on "
		"their licence texts too. Bundles gather them from here.",
		"Name the files with licence-file in the recipe: COPYING, LICENSE, or the source "
		"file whose head holds the text.",
		"licence",
		"public domain, upstream has no text",
	},
	[RULE_SET_ID] = {
		"set-id",
		"a file would run with its owner's rights",
		"The file has the set-user-id or set-group-id bit.",
		"The store and bundles do not keep these bits, so the program would not work as "
		"meant; and who may become whom is the device's decision, not a package's.",
		"Take the chmod out of phase install (make install-exec, --disable-setuid) and "
		"set the bit on the device.",
		"usr/bin/foo",
		"set again by the device's own set-up",
	},
	[RULE_WORLD_WRITABLE] = {
		"world-writable",
		"anyone may change a file or folder",
		"The file or folder is writable for everybody.",
		"On the device any program, however little it is trusted, could put something of "
		"its own there for others to run or read. Folders for temporary files belong to "
		"the device.",
		"Look for chmod 777 or 1777 or install -m in phase install. The store keeps 644 "
		"and 755 only.",
		"var/spool/foo",
		"set again by the device's own set-up",
	},
	[RULE_SPECIAL_FILE] = {
		"special-file",
		"a device node, pipe or socket was installed",
		"The object holds something that is neither file, folder nor link.",
		"The store cannot keep it and no bundle can carry it; such things are made where "
		"they are used.",
		"Take mknod or mkfifo out of phase install.",
		"var/run/foo",
		"why it is needed",
	},
	[RULE_PATH_OUTSIDE_PREFIX] = {
		"path-outside-prefix",
		"a file is installed outside of the usual folders",
		"The first part of the path is none of usr, etc, var, bin, sbin, opt.",
		"Mostly it is a path that was put together wrongly: DESTDIR twice, a prefix that "
		"was not set, a home folder. Bundles would scatter it over the device.",
		"Compare phase install with $DESTDIR and $PREFIX; pass --prefix, --sysconfdir and "
		"--localstatedir.",
		"lib/firmware/*",
		"the kernel looks there",
	},
	[RULE_BROKEN_LINK] = {
		"broken-link",
		"a symbolic link leads nowhere, or out of the object",
		"The link's target is not in this object, is absolute, or climbs out with \"..\".",
		"Objects are merged into a sysroot, a bundle or a device's root: a relative link "
		"inside the object works in all of them, anything else depends on the place.",
		"Make it relative (ln -sr), install the target too, or remove the link.",
		"etc/mtab",
		"leads to /proc on the device",
	},
	[RULE_EMPTY_OBJECT] = {
		"empty-object",
		"the package installed nothing",
		"The object has no file in dev, bin, data or doc.",
		"Whoever needs this package would go on without it and fail later, somewhere "
		"else.",
		"Look whether phase install used $DESTDIR, and whether make install said "
		"\"Nothing to be done\". A package that only gathers others may be empty: waive "
		"it.",
		"object",
		"only gathers others",
	},
	[RULE_WAIVER_UNUSED] = {
		"waiver-unused",
		"the recipe waives what does not happen",
		"A waive of the recipe matches no finding of this build.",
		"Left standing, it would hide the next real fault of that kind.",
		"Remove it. If it is needed for some targets or options only, put it into a "
		"group: when target armv7 { ... }.",
		NULL,
		NULL,
	},
	[RULE_WAIVER_UNKNOWN] = {
		"waiver-unknown",
		"the recipe waives a rule that does not exist",
		"The name behind waive is no rule of the judge.",
		"A slip of the pen there would leave the author believing that something is "
		"settled.",
		"`kiln explain` lists every rule.",
		NULL,
		NULL,
	},
};

_Static_assert(COUNT_OF(row) == RULE_COUNT, "one row for each rule");

const struct rule *
rule_row(int i)
{
	return i < 0 || i >= RULE_COUNT ? NULL : &row[i];
}

int
rule_find(struct str id)
{
	for (int i = 0; i < RULE_COUNT; i++)
		if (str_is(id, row[i].id))
			return i;
	return -1;
}

/* A paragraph, its words broken into lines. */
static void
add_paragraph(struct buf *out, const char *text)
{
	struct str rest = str_of(text), word;
	size_t column = 0;

	while (str_cut(&rest, ' ', &word)) {
		bool fits = column + 1 + word.n <= LINE_COLUMNS;
		if (column != 0)
			buf_add_char(out, fits ? ' ' : '\n');
		column = (fits && column != 0 ? column + 1 : 0) + word.n;
		buf_add(out, word);
	}
	buf_add_z(out, "\n\n");
}

void
rule_explain(struct buf *out, const struct rule *r)
{
	buf_printf(out, "%s: %s\n\n", r->id, r->summary);
	add_paragraph(out, r->what);
	add_paragraph(out, r->why);
	add_paragraph(out, r->remedy);
	if (r->waive_path == NULL) {
		buf_add_z(out, "This rule cannot be waived.\n");
		return;
	}
	buf_printf(out,
	    "To waive it, say why in the recipe; without the group, for all of its files:\n\n"
	    "\twaive %s \"%s\" {\n\t\tpath %s\n\t}\n",
	    r->id, r->waive_reason, r->waive_path);
}
