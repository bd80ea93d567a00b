# kiln fetch: a recipe's places in order, what each said, and what is kept.
# SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

load server

setup_file() {
	need_nginx
	cd "$BATS_FILE_TMPDIR"
	start_badserver
	mkdir -p www/pool
	head -c 100000 /dev/urandom >www/pool/sample.tar
	head -c 100000 /dev/urandom >www/other.tar
	start_nginx servers
}

teardown_file() {
	cd "$BATS_FILE_TMPDIR"
	stop_servers
}

servers() {
	echo "server { listen 127.0.0.1:$(cat port); root $PWD/www;"
	echo "location /page/ { return 200 '<html>'; }"
	echo "location /half/ { alias $PWD/www/pool/; limit_rate 50k; } }"
}

setup() {
	KILN=$(out_path)/kiln
	no_proxy_at_all
	cd "$BATS_TEST_TMPDIR"
	W=$BATS_FILE_TMPDIR
	M=http://127.0.0.1:$(cat "$W/port")
	DEAD=http://127.0.0.1:$(cat "$W/dead.port")
	SUM=$(sha256sum <"$W/www/pool/sample.tar" | cut -d' ' -f1)
	: >"$W/access.log"
	export KILN_OUT=$PWD/out NO_COLOR=1 MIRROR=$M
	mkdir tree
	cp -R "$BATS_TEST_DIRNAME/../../recipes" tree/
	printf 'mirror test {\n\tenv  MIRROR\n}\n' >tree/recipes/mirrors
	recipe "$DEAD/sample.tar" test:pool/sample.tar
}

recipe() {
	local url
	{
		printf 'name sample\nversion 1\nsummary A sample\nhome https://sample.example/\nlicence ISC\n'
		printf 'part-of sysroot\nsource sample-$version.tar {\n'
		for url in "$@"; do printf '\turl %s\n' "$url"; done
		printf '\tsha256 %s\n\tsize 100000\n}\n' "$SUM"
	} >tree/recipes/packages/sample
}

fetch() {
	run --separate-stderr "$KILN" -C tree fetch sample "$@"
}

says() {
	printf '%s\n' "$output" "$stderr" | grep -qF "$1" || { echo "$stderr"; return 1; }
}

@test "upstream first, then the mirror; the file stands under its digest and is not fetched again" {
	fetch
	[ "$status" = 0 ]
	says "sample-1.tar: $DEAD/sample.tar: the host takes no connection"
	says "sample-1.tar: 97.7 KiB from $M/pool/sample.tar"
	cmp "out/distfiles/$SUM-sample-1.tar" "$W/www/pool/sample.tar"
	fetch
	[ "$status" = 0 ]
	[ "$(wc -l <"$W/access.log")" = 1 ]
	fetch --offline
	[ "$status" = 0 ]
}

@test "when nobody has it, exit 4 and what each place said" {
	recipe "$M/none" "$M/page/" "$DEAD/x" test:gone/sample.tar
	fetch
	[ "$status" = 4 ]
	says 'sample: no-source: sample-1.tar: no place has it'
	says "  $M/none: answered 404"
	says "  $M/page/: an HTML page instead of an archive"
	says "  $DEAD/x: the host takes no connection"
	says "  $M/gone/sample.tar: answered 404"
	[ -z "$(ls out/distfiles)" ]
}

@test "other bytes than the recipe says are a fault of their own, and nothing of them is kept" {
	recipe "$M/none" "$M/other.tar"
	fetch
	[ "$status" = 4 ]
	says 'sample: sample-1.tar: what there is has other bytes than the recipe says'
	says "  $M/other.tar: other bytes: sha256 $SUM was wanted"
	[ -z "$(ls out/distfiles)" ]
}

@test "offline nothing is asked, and the message says where to put the file" {
	fetch --offline
	[ "$status" = 4 ]
	says 'sample-1.tar: not on this machine, and --offline forbids to fetch it'
	says "  $M/pool/sample.tar: not asked"
	[ ! -s "$W/access.log" ]
	mkdir files
	cp "$W/www/pool/sample.tar" files/
	KILN_DISTFILES=files fetch --offline
	[ "$status" = 0 ]
	cp "$W/www/other.tar" files/sample.tar
	KILN_DISTFILES=files fetch --offline
	[ "$status" = 4 ]
	says 'files/sample.tar: other bytes than were declared'
}

@test "a wrong file in the given folder does not keep the right one from being fetched" {
	mkdir files
	cp "$W/www/other.tar" files/sample.tar
	KILN_DISTFILES=files fetch
	[ "$status" = 0 ]
	cmp "out/distfiles/$SUM-sample-1.tar" "$W/www/pool/sample.tar"
	cmp files/sample.tar "$W/www/other.tar"
}

@test "a damaged file in the cache is fetched again" {
	fetch
	[ "$status" = 0 ]
	printf x | dd of="out/distfiles/$SUM-sample-1.tar" bs=1 seek=5000 conv=notrunc status=none
	fetch
	[ "$status" = 0 ]
	says 'has other bytes than its name says; removed'
	cmp "out/distfiles/$SUM-sample-1.tar" "$W/www/pool/sample.tar"
	[ "$(wc -l <"$W/access.log")" = 2 ]
}

@test "two kilns that want one file fetch it once" {
	recipe "$M/half/sample.tar"
	"$KILN" -C tree fetch sample 3>&- &
	"$KILN" -C tree fetch sample
	wait $!
	[ "$(wc -l <"$W/access.log")" = 1 ]
}

@test "a killed kiln takes its fetcher along, and the next goes on where it was" {
	recipe "$M/half/sample.tar"
	"$KILN" -C tree fetch sample 3>&- &
	pid=$!
	part=out/distfiles/$SUM-sample-1.tar.part
	until [ "$(stat -c %s "$part" 2>/dev/null || echo 0)" -gt 0 ]; do sleep 0.02; done
	kill -9 $pid
	wait $pid || true
	recipe "$M/pool/sample.tar"
	fetch
	[ "$status" = 0 ]
	grep -q '^206 GET /pool/sample.tar' "$W/access.log"
	cmp "out/distfiles/$SUM-sample-1.tar" "$W/www/pool/sample.tar"
}

@test "a dead host is remembered for the next package" {
	fetch
	[ "$status" = 0 ]
	grep -q " 127.0.0.1:$(cat "$W/dead.port")\$" out/run/dead-hosts
	rm -r out/distfiles
	fetch
	[ "$status" = 0 ]
	! says 'takes no connection'
}

@test "a mirror nobody describes is the recipe's fault, at its line" {
	recipe nobody:x
	fetch
	[ "$status" = 3 ] || [ "$status" = 4 ]
	says 'recipes/packages/sample:7:8: '
	says 'no mirror nobody in recipes/mirrors'
}

@test "checksum fills in what upstream gives" {
	sed -i "s/$SUM/0000000000000000000000000000000000000000000000000000000000000000/" tree/recipes/packages/sample
	run --separate-stderr "$KILN" -C tree checksum sample
	[ "$status" = 0 ]
	grep -q "sha256 *$SUM" tree/recipes/packages/sample
}
