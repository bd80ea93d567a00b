# kiln-fetch get, against a real nginx and a server that misbehaves.
# SPDX-License-Identifier: ISC
bats_require_minimum_version 1.5.0

load server

setup_file() {
	need_nginx
	cd "$BATS_FILE_TMPDIR"
	start_badserver
	mkdir www
	head -c 3000000 /dev/urandom >www/file.tar
	head -c 3000000 /dev/urandom >www/other.tar
	head -c 1000000 www/file.tar >www/short.tar
	cat www/file.tar www/file.tar >www/long.tar
	: >www/empty.tar
	if command -v openssl >/dev/null; then
		openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
			-addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>/dev/null
	fi
	start_nginx servers
}

teardown_file() {
	cd "$BATS_FILE_TMPDIR"
	stop_servers
}

servers() {
	cat <<-END
	server {
		listen 127.0.0.1:$(cat port);
		root $PWD/www;
		location /slow/ { alias $PWD/www/; limit_rate 200; }
		location /half/ { alias $PWD/www/; limit_rate 500k; limit_rate_after 1m; }
		location /norange/ { alias $PWD/www/; max_ranges 0; }
		location /page/ { default_type text/html; return 200 '<!DOCTYPE html><title>Log in</title>'; }
		location /bigpage/ { default_type text/html; return 200 '\n<HTML>$(printf 'x%.0s' $(seq 3000))'; }
		location /loop/ { return 302 /loop/again; }
		location /once/ { return 301 /file.tar; }
		location /passwd/ { return 302 file:///etc/passwd; }
		location /ftp/ { return 302 ftp://127.0.0.1/x; }
		location /busy/ { return 503; }
		location /nobody/ { return 204; }
	}
	END
	[ -e cert.pem ] || return 0
	cat <<-END
	server {
		listen 127.0.0.1:$(cat tls.port) ssl;
		ssl_certificate $PWD/cert.pem;
		ssl_certificate_key $PWD/key.pem;
		root $PWD/www;
		location /down/ { return 302 http://127.0.0.1:$(cat port)/file.tar; }
	}
	END
}

setup() {
	FETCH=$(out_path)/kiln-fetch
	no_proxy_at_all
	cd "$BATS_TEST_TMPDIR"
	W=$BATS_FILE_TMPDIR
	M=http://127.0.0.1:$(cat "$W/port")
	BAD=http://127.0.0.1:$(cat "$W/bad.port")
	DEAD=http://127.0.0.1:$(cat "$W/dead.port")
	SUM=$(sha256sum <"$W/www/file.tar" | cut -d' ' -f1)
	: >"$W/access.log"
}

# get URL...: with the digest and size of file.tar; flags stand in $flags
get() {
	run --separate-stderr "$FETCH" get --size 3000000 --sha256 "$SUM" --to f ${flags:-} -- "$@"
}

# fault URL WORDS: that URL was asked, and its fault said so
fault() {
	printf '%s\n' "$output" | grep -qF "fault	$1	$2" || { echo "$output"; return 1; }
}

got() {
	[ "$status" = 0 ] || { echo "$status $output $stderr"; return 1; }
	[ "${lines[-1]}" = "got	$1	3000000" ] || { echo "$output"; return 1; }
	cmp f "$W/www/file.tar"
	[ ! -e f.part ]
}

# failed: exit 4, nothing under the final name
failed() {
	[ "$status" = 4 ] || { echo "$status $output $stderr"; return 1; }
	[ ! -e f ]
	[ "$stderr" = "fetch f: none of ${1:-1} places gave it" ]
}

@test "a file is fetched, and who asked says so without asking for an encoding" {
	get "$M/file.tar"
	got "$M/file.tar"
	[ "$(cat "$W/access.log")" = '200 GET /file.tar range=- agent=kiln/0.1.0 encoding=- auth=-' ]
}

@test "every kind of fault is named, and the next place is asked" {
	get "$M/none.tar" "$M/page/file.tar" "$M/bigpage/file.tar" "$M/short.tar" "$M/other.tar" "$M/long.tar" \
		"$M/empty.tar" "$M/busy/" "$M/nobody/" "$M/loop/" "$M/passwd/" "$M/ftp/" "$DEAD/file.tar" \
		"$BAD/cut/1000/3000000/" "$BAD/endless/" "$BAD/gzip/" http://no-such-host.invalid/x ftp://127.0.0.1/x \
		http://user:secret@127.0.0.1/x "$M/file.tar"
	got "$M/file.tar"
	fault "$M/none.tar" 'answered 404'
	fault "$M/page/file.tar" 'an HTML page instead of an archive'
	fault "$M/bigpage/file.tar" 'an HTML page instead of an archive'
	fault "$M/short.tar" 'truncated: 1000000 of 3000000 bytes'
	fault "$M/other.tar" "other bytes: sha256 $SUM was wanted, it has $(sha256sum <"$W/www/other.tar" | cut -d' ' -f1)"
	fault "$M/long.tar" 'larger than the 3000000 bytes that were declared'
	fault "$M/empty.tar" 'truncated: 0 of 3000000 bytes'
	fault "$M/busy/" 'answered 503'
	fault "$M/nobody/" 'answered 204'
	fault "$M/loop/" 'redirected more than 5 times'
	fault "$M/passwd/" 'leads to something else than http and https'
	fault "$M/ftp/" 'leads to something else than http and https'
	fault "$DEAD/file.tar" 'the host takes no connection'
	fault "$BAD/cut/1000/3000000/" 'truncated: the connection broke after 1000 of 3000000 bytes'
	fault "$BAD/endless/" 'larger than the 3000000 bytes that were declared'
	fault "$BAD/gzip/" 'truncated: 5 of 3000000 bytes'
	fault http://no-such-host.invalid/x 'the host is not known'
	fault ftp://127.0.0.1/x 'leads to something else than http and https'
	fault http://user:secret@127.0.0.1/x 'a user name in a URL is not taken'
}

@test "when no place has it, exit 4 and no file" {
	get "$M/none.tar" "$M/other.tar"
	failed 2
	[ ! -e f.part ]
	get
	failed 0
}

@test "a redirect is followed" {
	get "$M/once/"
	got "$M/once/"
}

@test "a stalled and a slow server are left behind" {
	flags='--stall-seconds 1 --total-seconds 20' get "$M/slow/file.tar" "$M/file.tar"
	got "$M/file.tar"
	fault "$M/slow/file.tar" 'too slow: less than 1 KiB/s over 1 s'
	rm f
	flags='--total-seconds 1' get "$M/half/file.tar" "$M/file.tar"
	got "$M/file.tar"
	fault "$M/half/file.tar" 'too slow: not done within 1 s'
	rm f
	flags='--stall-seconds 1' get "$BAD/silent/" "$M/file.tar"
	got "$M/file.tar"
	fault "$BAD/silent/" 'too slow'
}

@test "a broken download is continued, also from another place" {
	head -c 2000000 "$W/www/file.tar" >f.part
	get "$M/file.tar"
	got "$M/file.tar"
	grep -q '^206 GET /file.tar range=bytes=2000000-' "$W/access.log"
	rm f
	flags='--total-seconds 1' get "$M/half/file.tar" "$M/file.tar"
	got "$M/file.tar"
	grep -q '^206 GET /file.tar range=bytes=1[0-9]*-' "$W/access.log"
}

@test "a connection that breaks again and again still brings the file, if it brings enough" {
	printf 'x%.0s' $(seq 4000) >x
	SUM=$(sha256sum <x | cut -d' ' -f1)
	run --separate-stderr "$FETCH" get --size 4000 --sha256 "$SUM" --to f -- "$BAD/flaky/1500/4000/"
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "got	$BAD/flaky/1500/4000/	4000" ]
	[ "${#lines[@]}" = 3 ]
	cmp f x
	rm f
	run --separate-stderr "$FETCH" get --size 4000 --sha256 "$SUM" --to f -- "$BAD/flaky/10/4000/"
	failed
	[ "$(stat -c %s f.part)" = 40 ]
}

@test "a killed download is continued" {
	"$FETCH" get --size 3000000 --sha256 "$SUM" --to f -- "$M/half/file.tar" 3>&- &
	pid=$!
	until [ "$(stat -c %s f.part 2>/dev/null || echo 0)" -gt 1000000 ]; do sleep 0.05; done
	kill -9 $pid
	wait $pid || true
	[ ! -e f ]
	get "$M/file.tar"
	got "$M/file.tar"
	grep -q '^206 ' "$W/access.log"
}

@test "a beginning that is wrong is thrown away and all of it fetched" {
	head -c 2000000 "$W/www/other.tar" >f.part
	get "$M/file.tar"
	got "$M/file.tar"
	[ "$(cut -c1-3 "$W/access.log" | tr '\n' ' ')" = '206 200 ' ]
}

@test "a server that cannot continue is asked for all of it" {
	head -c 2000000 "$W/www/file.tar" >f.part
	get "$M/norange/file.tar"
	got "$M/norange/file.tar"
}

@test "a part as long as the file, right or wrong, or longer" {
	cp "$W/www/file.tar" f.part
	get "$M/none.tar"
	[ "$status" = 0 ]
	cmp f "$W/www/file.tar"
	[ ! -s "$W/access.log" ]
	rm f
	cp "$W/www/other.tar" f.part
	get "$M/file.tar"
	got "$M/file.tar"
	rm f
	cp "$W/www/long.tar" f.part
	get "$M/file.tar"
	got "$M/file.tar"
}

@test "a link as .part is not followed" {
	echo safe >victim
	ln -s victim f.part
	get "$M/file.tar"
	[ "$status" = 7 ]
	[ "$(cat victim)" = safe ]
}

@test "a dead host goes last, for later processes too" {
	flags='--dead memory' get "$DEAD/file.tar" "$M/file.tar"
	got "$M/file.tar"
	fault "$DEAD/file.tar" 'the host takes no connection'
	rm f
	flags='--dead memory' get "$DEAD/file.tar" "$DEAD/again.tar" "$M/file.tar"
	got "$M/file.tar"
	[ "$output" = "got	$M/file.tar	3000000" ]
	rm f
	flags='--dead memory' get "$DEAD/file.tar" "$M/none.tar"
	failed 2
	[ "$(printf '%s\n' "$output" | cut -f2 | tr '\n' ' ')" = "$M/none.tar $DEAD/file.tar " ]
	sed -i 's/^[0-9]* /1000 /' memory
	flags='--dead memory' get "$DEAD/file.tar" "$M/file.tar"
	got "$M/file.tar"
	[ "${#lines[@]}" = 2 ]
}

@test "a dead upstream costs little" {
	start=$(date +%s)
	get http://no-such-host.invalid/x "$DEAD/x" "$M/file.tar"
	got "$M/file.tar"
	[ $(($(date +%s) - start)) -le 16 ]
}

@test "without a digest there is a ceiling, and a page is no archive" {
	run --separate-stderr "$FETCH" get --to f -- "$M/page/" "$M/file.tar"
	got "$M/file.tar"
	fault "$M/page/" 'an HTML page instead of an archive'
	rm f
	run --separate-stderr "$FETCH" get --max 1000 --to f -- "$M/file.tar"
	failed
	fault "$M/file.tar" 'larger than the 1000 bytes that were allowed'
}

@test "a proxy is asked when the environment names one" {
	http_proxy=$M get http://upstream.invalid/file.tar
	got http://upstream.invalid/file.tar
}

@test "a certificate nobody signed is refused, one that is trusted is taken" {
	[ -e "$W/cert.pem" ] || skip 'openssl is not installed'
	T=https://localhost:$(cat "$W/tls.port")
	get "$T/file.tar" "$M/file.tar"
	got "$M/file.tar"
	fault "$T/file.tar" 'TLS: '
	rm f
	SSL_CERT_FILE=$W/cert.pem get "$T/file.tar"
	got "$T/file.tar"
	rm f
	SSL_CERT_FILE=$W/cert.pem get "${T/localhost/127.0.0.1}/file.tar"
	failed
	fault "${T/localhost/127.0.0.1}/file.tar" 'TLS: '
}

@test "the authorities that the machine trusts are trusted, also when they change" {
	[ -e "$W/cert.pem" ] || skip 'openssl is not installed'
	machine=/etc/ssl/certs/ca-certificates.crt
	[ -e "$machine" ] || skip "this machine has no $machine"
	unshare -rm true || skip 'this machine has no namespaces for users'
	T=https://localhost:$(cat "$W/tls.port")
	run --separate-stderr unshare -rm sh -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' sh \
		"$W/cert.pem" "$machine" "$FETCH" get --size 3000000 --sha256 "$SUM" --to f -- "$T/file.tar"
	got "$T/file.tar"
}

@test "a redirect from https to http is followed only where a digest tells what came" {
	[ -e "$W/cert.pem" ] || skip 'openssl is not installed'
	export SSL_CERT_FILE=$W/cert.pem
	T=https://localhost:$(cat "$W/tls.port")
	get "$T/down/"
	got "$T/down/"
	rm f
	run --separate-stderr "$FETCH" get --to f -- "$T/down/"
	failed
	fault "$T/down/" 'leads to something else'
}

@test "a .netrc is not read" {
	export HOME=$PWD
	echo 'default login me password secret' >.netrc
	chmod 600 .netrc
	get "$M/once/"
	got "$M/once/"
	[ "$(grep -c 'auth=-$' "$W/access.log")" = 2 ]
}

@test "a folder that is full or not there is the machine's fault, and no other place is asked" {
	run --separate-stderr "$FETCH" get --size 3000000 --sha256 "$SUM" --to none/f -- "$M/file.tar"
	[ "$status" = 7 ]
	[ ! -s "$W/access.log" ]
	run --separate-stderr bash -c 'ulimit -f 100; trap "" XFSZ; exec "$0" "$@"' \
		"$FETCH" get --size 3000000 --sha256 "$SUM" --to f -- "$M/file.tar" "$M/norange/file.tar"
	[ "$status" = 7 ]
	[ ! -e f ]
	[ "$(wc -l <"$W/access.log")" = 1 ]
}

@test "two things that belong together are wanted together" {
	run "$FETCH" get --sha256 "$SUM" --to f -- "$M/file.tar"
	[ "$status" = 2 ]
	run "$FETCH" get --size 3 --sha256 ABC --to f -- "$M/file.tar"
	[ "$status" = 2 ]
	run "$FETCH" get --to
	[ "$status" = 2 ]
	run "$FETCH" fly
	[ "$status" = 2 ]
}
