# order.awk - fails when a module includes a header of a module that stands after it
# in the list of the GNUmakefile, or a library's header outside its adapters.
#
#	awk -v order="base/err base/arena ..." -f order.awk builder/*/*.c include/*/*.h
#
# A header that is no module's own (base/base.h) may be included anywhere.
#
# SPDX-License-Identifier: ISC
BEGIN {
	n = split(order, list, " ")
	for (i = 1; i <= n; i++)
		rank[list[i]] = i
	owner["openssl/"] = "lib/digest lib/blake2b lib/ed25519"
	owner["sodium.h"] = "verify/crypto"
	owner["curl/"] = "lib/http"
	owner["archive"] = "lib/archive lib/packer"
}

function module_of(path) {
	sub(/^.*(builder|include)\//, "", path)
	sub(/\.[ch]$/, "", path)
	return path
}

FNR == 1 {
	module = module_of(FILENAME)
	if (FILENAME ~ /\.c$/ && !(module in rank)) {
		print FILENAME ": not in the GNUmakefile's list of modules"
		bad = 1
	}
}

/^#include "/ {
	header = $2
	gsub(/"/, "", header)
	sub(/\.h$/, "", header)
	if (header != module && (header in rank) && (module in rank) && rank[header] > rank[module]) {
		print FILENAME ":" FNR ": " module " includes " header ", which stands after it"
		bad = 1
	}
}

/^#include </ {
	header = $2
	gsub(/[<>]/, "", header)
	for (prefix in owner)
		if (index(header, prefix) == 1 && index(" " owner[prefix] " ", " " module " ") == 0) {
			print FILENAME ":" FNR ": <" header "> belongs into " owner[prefix]
			bad = 1
		}
}

END { exit bad }
