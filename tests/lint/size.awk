# size.awk - fails on files over 600 lines and functions over 60 (first brace to last).
#
# SPDX-License-Identifier: ISC
FNR == 1 { open = 0 }
FNR == 601 { print FILENAME ": over 600 lines: which noun should leave?"; bad = 1 }
/^\{/ { open = FNR; name = before }
/^\}/ && open {
	if (FNR - open > 60) {
		print FILENAME ":" open ": " name ": " FNR - open " lines, 60 at most"
		bad = 1
	}
	open = 0
}
{ before = $0 }
END { exit bad }
