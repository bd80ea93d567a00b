# export.awk - the kernel's headers as programs see them.
#
#	awk -v to=FOLDER -f export.awk FILE...
#
# Each FILE, whose name is .../uapi/PATH, is written to FOLDER/PATH (the folders are there) without
# what is the kernel's own:
#	- what stands under a condition that never holds for a program: that __KERNEL__ is
#	  defined, or that __EXPORTED_HEADERS__ is not;
#	- the marks of the kernel's checker and the header that defines them;
#	- spellings that a strict C compiler does not know: asm, inline, volatile, __packed;
#	- _UAPI in front of the names that keep a header from being read twice.
# A condition that hangs on something else as well is the compiler's to decide, and stays.
#
# SPDX-License-Identifier: ISC

function stop(why) {
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	failed = 1
	exit 1
}

# ---- words ----

# Put before and after around each match of word that stands between two delimiters. What ends
# one match does not start the next.
function around(line, start, word, end, before, after,    done, n) {
	line = " " line " "
	while (match(line, start word end)) {
		n = RSTART + RLENGTH - 1
		done = done substr(line, 1, RSTART) before \
			substr(line, RSTART + 1, RLENGTH - 2) after substr(line, n, 1)
		line = substr(line, n + 1)
	}
	done = done line
	return substr(done, 2, length(done) - 2)
}

# The blank behind a mark goes with it.
function unmarked(line,    done) {
	while (match(line, /[ \t(]__(user|force|iomem)[ \t]/)) {
		done = done substr(line, 1, RSTART)
		line = substr(line, RSTART + RLENGTH)
	}
	return done line
}

function unguarded(line,    done, part) {
	while (match(line, /#(ifndef|define|endif[ \t]*\/\*)[ \t]*_UAPI/)) {
		part = substr(line, 1, RSTART + RLENGTH - 1)
		sub(/[ \t]*_UAPI$/, " ", part)
		done = done part
		line = substr(line, RSTART + RLENGTH)
	}
	return done line
}

function exported(line) {
	if (line ~ /__(user|force|iomem)/)
		line = unmarked(line)
	gsub(/__attribute_const__/, "", line)
	sub(/^#include <linux\/compiler(_types)?\.h>/, "", line)
	if (line ~ /__packed/) {
		line = around(line, "[^a-zA-Z0-9]", "__packed", "[^a-zA-Z0-9_]", "\001", "\001")
		gsub(/\001__packed\001/, "__attribute__((packed))", line)
	}
	if (line ~ /asm|inline|volatile/)
		line = around(line, "[ \t(]", "(asm|inline|volatile)", "[ \t(]", "__", "__")
	if (line ~ /_UAPI/)
		line = unguarded(line)
	return line
}

# ---- conditions: y holds, n does not, ? is not for us to say ----

function value_of(name) {
	return name == "__EXPORTED_HEADERS__" ? "y" : name == "__KERNEL__" ? "n" : "?"
}

# The next token of the condition, taken off its front.
function take(    token) {
	sub(/^[ \t]+/, "", condition)
	if (!match(condition, /^(&&|\|\||[A-Za-z0-9_]+|.)/))
		return ""
	token = substr(condition, 1, RLENGTH)
	condition = substr(condition, RLENGTH + 1)
	sub(/^[ \t]+/, "", condition)
	return token
}

function one(    token, v) {
	token = take()
	if (token == "!") {
		v = one()
		return v == "y" ? "n" : v == "n" ? "y" : "?"
	}
	if (token == "(") {
		v = any()
		take()
		return v
	}
	if (token != "defined")
		return "?"
	token = take()
	if (token != "(")
		return value_of(token)
	v = value_of(take())
	take()
	return v
}

# A comparison, or a call of a macro, is nothing that we know.
function term(    v, depth) {
	v = one()
	while (condition != "" && (depth > 0 || condition !~ /^(&&|\|\||\))/)) {
		depth += condition ~ /^\(/ ? 1 : condition ~ /^\)/ ? -1 : 0
		take()
		v = "?"
	}
	return v
}

function all(    v, w) {
	v = term()
	while (condition ~ /^&&/) {
		take()
		w = term()
		v = v == "n" || w == "n" ? "n" : v == "y" && w == "y" ? "y" : "?"
	}
	return v
}

function any(    v, w) {
	v = all()
	while (condition ~ /^\|\|/) {
		take()
		w = all()
		v = v == "y" || w == "y" ? "y" : v == "n" && w == "n" ? "n" : "?"
	}
	return v
}

function knows(text) {
	return text ~ /__KERNEL__|__EXPORTED_HEADERS__/
}

function decide(word, rest,    v) {
	if (!knows(rest))
		return "?"
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", rest)
	sub(/\/\*.*/, "", rest)
	if (word == "if") {
		condition = rest
		return any()
	}
	gsub(/[ \t]/, "", rest)
	v = value_of(rest)
	return word == "ifdef" || v == "?" ? v : v == "y" ? "n" : "y"
}

# ---- lines ----

# The word of a directive, "" of another line; what stands behind it is left in rest.
function directive(line,    word) {
	if (!match(line, /^[ \t]*#[ \t]*[a-z]+/))
		return ""
	word = substr(line, 1, RLENGTH)
	rest = substr(line, RLENGTH + 1)
	gsub(/[ \t#]/, "", word)
	return word
}

# Does the line end within a comment?
function in_comment(line, is_open,    at) {
	while ((at = index(line, is_open ? "*/" : "/*")) > 0) {
		line = substr(line, at + 2)
		is_open = !is_open
	}
	return is_open
}

# is_out[d]: what stands at depth d is left out; verdict[d]: of the condition that holds there now.
# The functions tell whether the line itself is left out.
function open_group(word) {
	depth++
	verdict[depth] = decide(word, rest)
	is_out[depth] = is_out[depth - 1] || verdict[depth] == "n"
	return is_out[depth - 1] || verdict[depth] != "?"
}

# Behind a branch that never holds, an #elif is where the group starts.
function next_condition(    v) {
	v = decide("if", rest)
	if (verdict[depth] == "?" && v != "?")
		stop("teach export.awk to follow this #elif")
	if (verdict[depth] == "n" && v == "?")
		sub(/elif/, "if  ", line)
	verdict[depth] = v
	is_out[depth] = v == "n"
	return v != "?"
}

function other_branch(word) {
	if (is_out[depth - 1])
		return 1
	if (word == "elif" && verdict[depth] != "y")
		return next_condition()
	if (verdict[depth] == "?")
		return 0
	is_out[depth] = verdict[depth] == "y"
	return 1
}

function close_group() {
	if (depth == 0)
		stop("#endif without #if")
	depth--
	return is_out[depth] || verdict[depth + 1] != "?"
}

function follow(word) {
	if (word == "if" || word == "ifdef" || word == "ifndef")
		return open_group(word)
	if (word == "endif")
		return close_group()
	if (word == "elif" || word == "else")
		return other_branch(word)
	return is_out[depth]
}

# A condition of several lines, or with a comment of several, would be cut in two.
function check_whole(    is_condition, is_ours) {
	is_condition = word ~ /^(if|el|endif)/ || is_continued
	is_continued = is_condition && line ~ /\\$/
	is_ours = knows(line) || (is_left_out && !(was_out && is_out[depth]))
	if (is_condition && is_ours && (is_continued || is_open || word == ""))
		stop("teach export.awk to follow a condition of several lines")
}

function check_ended() {
	if (depth != 0)
		stop(out " ends within an #if")
}

function start_file() {
	if (out != "")
		close(out)
	check_ended()
	out = FILENAME
	if (!sub(/^(.*\/)?uapi\//, to "/", out))
		stop("this is not below a folder uapi")
	printf "" > out
	is_open = 0
}

FNR == 1 {
	start_file()
}

{
	line = exported($0)
	was_out = is_out[depth]
	word = is_open ? "" : directive(line)
	is_left_out = follow(word)
	is_open = in_comment(line, is_open)
	check_whole()
	if (!is_left_out)
		print line > out
}

END {
	if (!failed)
		check_ended()
}
