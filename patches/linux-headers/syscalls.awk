# syscalls.awk - <asm/unistd_32.h> and its kin, from the kernel's table of system calls.
#
#	awk -v name=HEADER -v abis=ABI,... -v base=MACRO -v counted=WORD -f syscalls.awk TABLE
#
# A table has lines of "number abi name ...". Those of the ABIs are taken, of all for "*", in the
# order of their numbers, which count from base when that is no "-". Where the kernel counts the
# calls as well, for itself alone, the line around it is blank.
#
# SPDX-License-Identifier: ISC

$1 ~ /^[0-9]+$/ && (abis == "*" || index("," abis ",", "," $2 ",")) {
	number = base == "-" ? $1 : "(" base " + " $1 ")"
	call[$1] = call[$1] sprintf("#define __NR_%s %s\n", $3, number)
	if ($1 + 0 > last)
		last = $1 + 0
}

END {
	guard = toupper(name)
	gsub(/[^A-Z0-9]/, "_", guard)
	printf "#ifndef _ASM_%s\n#define _ASM_%s\n\n", guard, guard
	for (n = 0; n <= last; n++)
		printf "%s", call[n]
	printf "%s\n#endif /* _ASM_%s */\n", counted == "" ? "" : "\n", guard
}
