# judge.awk - what a machine's console says of its self-test.
#
#	awk -v target=T -v status=STATUS -v took_s=S -v limit_s=S -v all=YES -f judge.awk CONSOLE
#
# STATUS is the emulator's, 124 when its time was over.  Shows what failed and what was skipped,
# with `all` everything; fails unless the closing line stands there, once, and is right.
#
# SPDX-License-Identifier: ISC
function wrong(why) {
	print "not ok " target ": " why
	bad = 1
}

function take(kind, rest,    name, i) {
	name = rest
	sub(/: .*/, "", name)
	if (closed)
		wrong("a line behind the closing one: " $0)
	if (seen[name]++)
		wrong("said twice: " name)
	count[kind]++
	if (kind != "ok" || all != "")
		print kind " " target ": " rest
	for (i = 1; kind == "not ok" && i <= nnote; i++)
		print note[i]
	nnote = 0
}

{
	sub(/\r$/, "")
	last = $0 == "" ? last : $0
}
/Kernel panic|Internal error: |Unable to handle kernel|BUG: / && died == "" { died = $0 }
/^# / { note[++nnote] = $0 }
/^ok / { take("ok", substr($0, 4)) }
/^not ok / { take("not ok", substr($0, 8)) }
/^skip / { take("skip", substr($0, 6)) }
/^done / {
	if (closed++)
		wrong("two closing lines")
	if (NF != 5 || $2 != count["ok"] + 0 || $3 != count["not ok"] + 0 || $4 != count["skip"] + 0)
		wrong("the closing line does not agree with the lines before: " $0)
	release = $5
}

END {
	if (died != "")
		wrong("the kernel died: " died)
	else if (status == 124 || status == 137)
		wrong("not done after " limit_s " s; the last line: " last)
	else if (!closed)
		wrong("no closing line, the emulator ended with status " status "; the last line: " last)
	else if (status != 0)
		wrong("the emulator ended with status " status)
	else if (count["ok"] == 0)
		wrong("nothing was tried")
	printf "%s: %d ok, %d not ok, %d skipped; Linux %s, %d s\n", target, count["ok"],
		count["not ok"], count["skip"], release == "" ? "?" : release, took_s
	exit bad || count["not ok"] > 0
}
