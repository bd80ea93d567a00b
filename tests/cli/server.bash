# server.bash - servers of a test's own, on free ports, below $BATS_FILE_TMPDIR, stopped by pid.
# SPDX-License-Identifier: ISC

# The file's setup skips where there is no nginx; bats shows it for each test.
need_nginx() {
	PATH=$PATH:/usr/sbin
	command -v nginx >/dev/null || skip 'nginx is not installed'
}

start_badserver() {
	cc -std=c11 -D_GNU_SOURCE -O1 -o badserver "$BATS_TEST_DIRNAME/badserver.c"
	./badserver >bad.port 3>&- &
	echo $! >bad.pid
	until [ -s bad.port ]; do sleep 0.02; done
}

# start_nginx CONFIG: CONFIG is a function that prints the servers; ports stand in port,
# tls.port, and dead.port, where nobody listens.
start_nginx() {
	local i
	for i in 1 2 3 4 5; do
		./badserver free >port
		./badserver free >tls.port
		./badserver free >dead.port
		[ "$(sort -u port tls.port dead.port | wc -l)" = 3 ] || continue
		{
			echo "pid $PWD/nginx.pid; error_log $PWD/error.log; master_process off;"
			echo 'events { worker_connections 64; }'
			echo 'http {'
			echo "log_format it '\$status \$request_method \$uri range=\$http_range agent=\$http_user_agent" \
				"encoding=\$http_accept_encoding auth=\$http_authorization';"
			echo "access_log $PWD/access.log it; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2;"
			echo "fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;"
			"$1"
			echo '}'
		} >nginx.conf
		nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log" && return
	done
	return 1
}

stop_servers() {
	[ ! -s nginx.pid ] || kill "$(cat nginx.pid)"
	[ ! -s bad.pid ] || kill "$(cat bad.pid)"
}

# Where the programs under test stand.
out_path() {
	case ${OUT:-out} in
	/*) echo "$OUT" ;;
	*) (cd "$BATS_TEST_DIRNAME/../../${OUT:-out}" && pwd) ;;
	esac
}

no_proxy_at_all() {
	unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY SSL_CERT_FILE
}
