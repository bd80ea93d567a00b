#!/bin/sh
# lint.sh MODULES: everything that can be checked without running kiln.
#
# SPDX-License-Identifier: ISC
set -u
cd "$(dirname "$0")/../.." || exit 7
bad=0
fail() { echo "lint: $1"; bad=1; }

sources=$(find builder tests/unit tests/fuzz tests/vm -name '*.c')
headers=$(find include tests/unit -name '*.h')
product=$(find builder -name '*.c')

awk -v order="$1" -f tests/lint/order.awk $product $(find include -name '*.h') || fail 'layer order'
awk -f tests/lint/size.awk $product || fail 'budgets'

banned='\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets|atoi|atol|system|popen|mktemp|tmpnam|alloca|gmtime|localtime|ctime|asctime)[[:space:]]*\('
grep -nE "$banned" $product && fail 'banned functions'
for f in $sources $headers; do
	grep -q 'SPDX-License-Identifier: ISC' "$f" || fail "$f: no SPDX line"
done
clang-format --dry-run -Werror $sources $headers 2>&1 | head -n 20 | grep . && fail 'format (make format)'
for f in $product; do
	clang-tidy --quiet "$f" -- -std=c11 -D_GNU_SOURCE -iquote include 2>/dev/null | grep -E 'warning:|error:' && fail "clang-tidy $f"
done
cppcheck --enable=warning,performance,portability --std=c11 --inline-suppr --quiet \
	--suppress=missingIncludeSystem --error-exitcode=1 -D_GNU_SOURCE -Iinclude $product || fail 'cppcheck'
# Lists of files are words here.
shellcheck -s sh -e SC2086,SC2046 builder/setup.sh builder/ship/verify.sh tests/lint/lint.sh tests/run.sh tests/cases.sh tests/bench.sh tests/vm/*.sh .ci/run || fail 'shellcheck'
# Run by busybox: what one file sets, another one uses.
shellcheck -s dash -e SC2016,SC2034,SC2086,SC2154 tests/vm/root/init tests/vm/root/selftest/run \
	tests/vm/root/selftest/lib tests/vm/root/selftest/checks/* || fail 'shellcheck'
[ $bad = 0 ] && echo 'lint: clean'
exit $bad
